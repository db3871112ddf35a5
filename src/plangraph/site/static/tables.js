// Sorting, filtering and facets for tables. Everything is there without it.
"use strict";
(() => {
  const lang = document.documentElement.lang;
  const compare = new Intl.Collator(lang, { numeric: true }).compare;

  for (const table of document.querySelectorAll("table.sortable")) {
    const body = table.tBodies[0];
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      button.title = (table.dataset.sort || "{column}").replace("{column}", head.textContent.toLowerCase());
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const value = (row) => row.cells[column].textContent.trim();
        const rows = [...body.rows].sort(
          (a, b) => (compare(value(a), value(b)) || a.dataset.order - b.dataset.order) * (down ? -1 : 1),
        );
        body.append(...rows);
      });
    });
  }

  for (const tools of document.querySelectorAll(".tools")) {
    const table = document.getElementById(tools.dataset.table);
    if (!table) continue;
    const rows = [...table.tBodies[0].rows];
    const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
    const field = tools.querySelector("input");
    const facets = [...tools.querySelectorAll("select")];
    const shown = tools.querySelector(".shown");
    const update = () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let count = 0;
      for (const row of rows) {
        const fits =
          words.every((word) => texts.get(row).includes(word)) &&
          facets.every((f) => !f.value || (row.dataset[f.dataset.facet] || "").split(" ").includes(f.value));
        row.hidden = !fits;
        if (fits) count += 1;
      }
      shown.textContent =
        count === rows.length ? "" : shown.dataset.text.replace("{shown}", count).replace("{all}", rows.length);
    };
    tools.hidden = false;
    // The fields do all that the links of the facets do, and more.
    if (facets.length) document.querySelector(".facets")?.setAttribute("hidden", "");
    tools.addEventListener("input", update);
  }
})();
