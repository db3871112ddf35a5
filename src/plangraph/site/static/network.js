// The interactive drawing. The server-drawn picture stays when the library is missing or fails.
"use strict";
(() => {
  const box = document.getElementById("interactive");
  const data = window.plangraphNetwork;
  if (!box || !data || !window.cytoscape || !data.ties.length) return;
  const lang = document.documentElement.lang;
  const fills = { departement: "#0b3d4a", direktorat: "#d8ebf0", tiltak: "#f6efdc" };
  const fill = (kind) => fills[kind.toLowerCase()] || "#ffffff";
  const used = new Set(data.ties.flatMap((tie) => [tie.source, tie.target]));
  const nodes = data.nodes.filter((node) => used.has(node.id));
  const placed = nodes.every((node) => node[lang].length === 3);
  const heaviest = Math.max(...data.ties.map((tie) => tie.weight));
  box.hidden = false;
  document.getElementById("static").hidden = true;
  const drawing = window.cytoscape({
    container: document.getElementById("canvas"),
    elements: [
      ...nodes.map((node) => {
        const [label, x, y] = node[lang];
        const dark = node.kind.toLowerCase() === "departement";
        const text = label.length > 34 ? `${label.slice(0, 33)}…` : label;
        return {
          data: { id: node.id, label: text, wide: text.length * 7.2 + 18, fill: fill(node.kind), ink: dark ? "#ffffff" : "#1d2327" },
          position: x === undefined ? undefined : { x, y },
        };
      }),
      ...data.ties.map((tie) => ({
        data: { id: tie.id, source: tie.source, target: tie.target, size: 1 + (5 * tie.weight) / heaviest },
      })),
    ],
    style: [
      {
        selector: "node",
        style: {
          shape: "round-rectangle", width: "data(wide)", height: 24, label: "data(label)",
          "text-valign": "center", "font-size": "13px",
          "background-color": "data(fill)", color: "data(ink)", "border-width": 1, "border-color": "#6b757b",
        },
      },
      {
        selector: "edge",
        style: {
          width: "data(size)", "line-color": "#8b979e", "curve-style": data.directed ? "bezier" : "haystack",
          "target-arrow-shape": data.directed ? "triangle" : "none", "target-arrow-color": "#8b979e",
        },
      },
      { selector: ".chosen", style: { "line-color": "#b3410e", "target-arrow-color": "#b3410e", "border-color": "#b3410e", "border-width": 3 } },
      { selector: ".away", style: { opacity: 0.15 } },
    ],
    // The places come from the drawing made on the server, where that shows all; the rest is left to springs.
    layout: placed
      ? { name: "preset", fit: true, padding: 20 }
      : { name: "cose", animate: false, randomize: false, nodeRepulsion: () => 400000, idealEdgeLength: () => 120 },
    minZoom: 0.15,
    maxZoom: 4,
  });

  const chosen = document.getElementById("chosen");
  const choose = (tie) => {
    drawing.elements().removeClass("chosen away");
    tie.addClass("chosen");
    const row = document.getElementById(tie.id());
    if (!row) return;
    const title = document.createElement("h3");
    title.textContent = `${row.cells[0].textContent.trim()} – ${row.cells[1].textContent.trim()}`;
    const grounds = row.querySelector("td details ul");
    chosen.replaceChildren(title, ...(grounds ? [grounds.cloneNode(true)] : []));
  };
  drawing.on("tap", "edge", (event) => choose(event.target));
  drawing.on("tap", "node", (event) => {
    const near = event.target.closedNeighborhood();
    drawing.elements().removeClass("chosen away").not(near).addClass("away");
    event.target.addClass("chosen");
  });
  drawing.on("tap", (event) => {
    if (event.target === drawing) drawing.elements().removeClass("chosen away");
  });
  for (const button of box.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => {
      if (button.dataset.zoom === "fit") drawing.fit(undefined, 20);
      else drawing.zoom({ level: drawing.zoom() * button.dataset.zoom, renderedPosition: { x: drawing.width() / 2, y: drawing.height() / 2 } });
    });
  }
  for (const row of document.querySelectorAll("#edges tbody tr")) {
    row.querySelector("details")?.addEventListener("toggle", () => {
      const tie = drawing.getElementById(row.id);
      if (tie.length) choose(tie);
    });
  }
})();
