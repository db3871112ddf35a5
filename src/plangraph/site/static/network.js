// The interactive drawing. The server-drawn picture stays when the library is missing or fails.
"use strict";
(() => {
  const box = document.getElementById("interactive");
  const data = window.plangraphNetwork?.[document.documentElement.lang];
  // On a narrow screen the server-drawn picture, which scrolls, and the table serve better.
  if (!box || !data || !window.cytoscape || !data.ties.length || window.matchMedia("(max-width: 44rem)").matches) return;
  const fills = { ministry: "#0b3d4a", directorate: "#d8ebf0", measure: "#f6efdc" };
  const heaviest = Math.max(...data.ties.map((tie) => tie.weight));
  const places = new Map(data.nodes.map((node) => [node.id, node.place]));
  // The control point as the library wants it: how far along the tie, and how far to its right.
  const bow = ({ source, target, control }) => {
    const [[x1, y1], [x2, y2], [x, y]] = [places.get(source), places.get(target), control];
    const [dx, dy] = [x2 - x1, y2 - y1];
    const length = Math.hypot(dx, dy) || 1;
    const across = ((y - y1) * dx - (x - x1) * dy) / length;
    return { along: ((x - x1) * dx + (y - y1) * dy) / length ** 2, across, bent: Math.abs(across) < 1 ? "straight" : "unbundled-bezier" };
  };
  box.hidden = false;
  document.getElementById("static").hidden = true;
  const drawing = window.cytoscape({
    container: document.getElementById("canvas"),
    elements: [
      ...data.nodes.map(({ id, group, lines, place: [x, y] }) => ({
        data: {
          id, label: lines.join("\n"), fill: fills[group] || "#ffffff", ink: group === "ministry" ? "#ffffff" : "#1d2327",
          wide: Math.max(...lines.map((line) => line.length)) * 7.2 + 18, high: 8 + 16 * lines.length,
        },
        position: { x, y },
      })),
      ...data.ties.map((tie) => ({
        data: { id: tie.id, source: tie.source, target: tie.target, size: 1 + (5 * tie.weight) / heaviest, ...bow(tie) },
      })),
    ],
    style: [
      {
        selector: "node",
        style: {
          shape: "round-rectangle", width: "data(wide)", height: "data(high)", label: "data(label)",
          "text-wrap": "wrap",
          "text-valign": "center", "font-size": "13px",
          "background-color": "data(fill)", color: "data(ink)", "border-width": 1, "border-color": "#6b757b",
        },
      },
      {
        selector: "edge",
        style: {
          width: "data(size)", "line-color": "#8b979e", "curve-style": "data(bent)", "edge-distances": "node-position",
          "control-point-weights": "data(along)", "control-point-distances": "data(across)",
          "target-arrow-shape": window.plangraphNetwork.directed ? "triangle" : "none", "target-arrow-color": "#8b979e",
        },
      },
      { selector: ".chosen", style: { "line-color": "#b3410e", "target-arrow-color": "#b3410e", "border-color": "#b3410e", "border-width": 3 } },
      { selector: ".away", style: { opacity: 0.15 } },
    ],
    layout: { name: "preset", fit: true, padding: 20 },
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
