// The interactive drawing. The server-drawn picture stays when the library is missing or fails.
"use strict";
(() => {
  const box = document.getElementById("interactive");
  const data = window.plangraphNetwork;
  if (!box || !data || !window.cytoscape || !data.ties.length) return;
  const lang = document.documentElement.lang;
  const fills = { departement: "#0b3d4a", direktorat: "#d8ebf0", tiltak: "#f6efdc" };
  const fill = (kind) => fills[kind] || "#ffffff";
  const used = new Set(data.ties.flatMap((tie) => [tie.source, tie.target]));
  const heaviest = Math.max(...data.ties.map((tie) => tie.weight));
  box.hidden = false;
  document.getElementById("static").hidden = true;
  const drawing = window.cytoscape({
    container: document.getElementById("canvas"),
    elements: [
      ...data.nodes.filter((node) => used.has(node.id)).map((node) => ({
        data: { id: node.id, label: node[lang], fill: fill(node.kind), ink: node.kind === "departement" ? "#ffffff" : "#1d2327" },
      })),
      ...data.ties.map((tie) => ({
        data: { id: tie.id, source: tie.source, target: tie.target, size: 1 + (5 * tie.weight) / heaviest },
      })),
    ],
    style: [
      {
        selector: "node",
        style: {
          shape: "round-rectangle", width: "label", height: "label", padding: "6px", label: "data(label)",
          "text-valign": "center", "text-wrap": "wrap", "text-max-width": "140px", "font-size": "12px",
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
    layout: { name: "cose", animate: false, randomize: true, nodeRepulsion: () => 90000, idealEdgeLength: () => 90, nodeDimensionsIncludeLabels: true },
    wheelSensitivity: 0.3,
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
