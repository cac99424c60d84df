"use strict";
// Everything works without this; it adds a search, a filter by cells of the matrix, and a count.
(() => {
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const threats = all(".list > li");
  const search = document.getElementById("search");
  const shown = document.getElementById("shown");
  let cell = "";
  const count = () => {
    const left = threats.filter((one) => one.checkVisibility ? one.checkVisibility() : one.offsetParent);
    shown.textContent = `${left.length} of ${threats.length}` + (cell ? ", of one cell of the matrix" : "");
  };
  const sift = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const one of threats) {
      const text = words.length ? one.textContent.toLowerCase() : "";
      const fits = words.every((word) => text.includes(word));
      one.classList.toggle("away", !fits || (cell && !one.dataset.cells.split(" ").includes(cell)));
    }
    count();
  };
  const open = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let one = target; one; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
    const own = target.querySelector(":scope > details");
    if (own) own.open = true;
    target.scrollIntoView();
  };
  if (search) {
    for (const one of all(".scripted")) one.hidden = false;
    search.addEventListener("input", sift);
    document.getElementById("everything").addEventListener("click", () => {
      cell = search.value = "";
      for (const id of ["l-all", "s-all", "r-all"]) document.getElementById(id)?.click();
      sift();
    });
    for (const one of all("[data-cell]")) one.addEventListener("click", () => { cell = one.dataset.cell; sift(); });
    for (const one of all(".tools input[type=radio]")) one.addEventListener("change", count);
    count();
  }
  addEventListener("hashchange", open);
  addEventListener("beforeprint", () => { for (const one of all("details:not([name])")) one.open = true; });
  open();
})();
