// Search over a prebuilt index: every word must be found; names count most, then other names, then the rest.
"use strict";
(() => {
  const field = document.getElementById("q");
  const box = document.getElementById("results");
  const hits = document.getElementById("hits");
  const list = document.getElementById("found");
  // Without case, marks and Norwegian letters, so that "rode" finds "Røde".
  const letters = { æ: "a", ø: "o", đ: "d", ŧ: "t", ŋ: "n" };
  const fold = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/[æøđŧŋ]/g, (c) => letters[c]);
  const entries = (window.plangraphSearch || []).map(([name, kind, url, body, weight, tag]) => ({
    name, kind, url, weight, tag: fold(tag), low: fold(name), body: fold(`${kind} ${body}`),
  }));

  // Whether two words differ by one letter added, left out, changed, or swapped with the next.
  const near = (a, b) => {
    if (Math.abs(a.length - b.length) > 1) return false;
    let i = 0;
    while (i < a.length && a[i] === b[i]) i += 1;
    const rest = (text, from) => text.slice(from);
    return rest(a, i + 1) === rest(b, i + 1) || rest(a, i + 1) === rest(b, i) || rest(a, i) === rest(b, i + 1) ||
      (a[i] === b[i + 1] && a[i + 1] === b[i] && rest(a, i + 2) === rest(b, i + 2));
  };

  const score = (entry, words, mistyped) => {
    let total = 0;
    for (const word of words) {
      const at = entry.low.indexOf(word);
      const start = ` ${entry.body}`.indexOf(` ${word}`);
      if (entry.low === word || (entry.tag && entry.tag === word)) total += 100;
      else if (at === 0) total += 60;
      else if (at > 0 && /[\s(§-]/.test(entry.low[at - 1])) total += 40;
      else if (at > 0) total += 20;
      else if (start >= 0) total += start === 0 ? 15 : 12;
      else if (entry.body.includes(word)) total += 4;
      else if (mistyped && word.length > 3 && entry.low.split(/[^\p{L}\d]+/u).some((one) => near(word, one))) total += 2;
      else return 0;
    }
    return total + Math.min(8, Math.log2(1 + entry.weight));
  };

  const search = () => {
    const words = fold(field.value).split(/\s+/).filter(Boolean);
    list.replaceChildren();
    if (!words.length) {
      hits.textContent = "";
      return;
    }
    const matching = (mistyped) =>
      entries.map((entry) => [score(entry, words, mistyped), entry]).filter(([points]) => points > 0);
    const exact = matching(false);
    const found = (exact.length ? exact : matching(true))
      .sort((a, b) => b[0] - a[0] || a[1].name.localeCompare(b[1].name));
    const text = found.length === 1 ? box.dataset.one : box.dataset.many.replace("{n}", found.length);
    hits.textContent = found.length ? text : box.dataset.none;
    for (const [, entry] of found.slice(0, 60)) {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = box.dataset.home + entry.url.replaceAll("%", "%25");
      link.textContent = entry.name;
      const kind = document.createElement("span");
      kind.className = "kind";
      kind.textContent = entry.kind;
      item.append(link, " ", kind);
      list.append(item);
    }
  };

  field.value = new URLSearchParams(location.search).get("q") || "";
  field.form.addEventListener("submit", (event) => {
    event.preventDefault();
    history.replaceState(null, "", `?q=${encodeURIComponent(field.value)}`);
    search();
  });
  field.addEventListener("input", search);
  search();
})();
