"use strict";
// Tables sort when the head of a column is pressed; marks and cells show what they stand for. The
// page is whole without this.
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, at) => head.querySelector("button").addEventListener("click", () => {
    const down = head.getAttribute("aria-sort") !== "descending" && !(head.classList.contains("text") && !head.hasAttribute("aria-sort"));
    for (const each of heads) each.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const text = head.classList.contains("text");
    const key = (row) => row.cells[at].dataset.order;
    const order = (a, b) => {
      const [one, other] = [key(a), key(b)];
      if (one === "" || other === "") return (one === "") - (other === "");  // what is absent stays last
      const found = text ? one.localeCompare(other, "en", { numeric: true }) : one - other;
      return down ? -found : found;
    };
    table.tBodies[0].append(...[...table.tBodies[0].rows].sort(order));
  }));
}
const hint = document.getElementById("hint");
document.addEventListener("pointermove", (event) => {
  const over = event.target.closest("[data-hint]");
  hint.hidden = !over;
  if (!over) return;
  hint.textContent = over.dataset.hint;
  const left = Math.min(event.clientX + 14, innerWidth - hint.offsetWidth - 8);
  hint.style.left = `${Math.max(left, 8)}px`;
  hint.style.top = `${Math.max(event.clientY - hint.offsetHeight - 12, 8)}px`;
});
addEventListener("beforeprint", () => {
  for (const each of document.querySelectorAll("details")) each.open = true;
});
