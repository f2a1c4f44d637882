"use strict";
// Tables sort when the head of a column is pressed; marks and cells show what they stand for. The
// page is whole without this.
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  const sort = (head, at) => {
    const text = head.classList.contains("text");
    const was = head.getAttribute("aria-sort");
    const down = was === null ? !text : was === "ascending";  // numbers: the largest first
    for (const each of heads) each.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const key = (row) => row.cells[at].dataset.order;
    table.tBodies[0].append(...[...table.tBodies[0].rows].sort((a, b) => {
      const [one, other] = [key(a), key(b)];
      if (one === "" || other === "") return (one === "") - (other === "");  // absent stays last
      const found = text ? one.localeCompare(other, "en", { numeric: true }) : one - other;
      return down ? -found : found;
    }));
  };
  heads.forEach((head, at) => {
    const label = head.querySelector("span");
    label.setAttribute("role", "button");
    label.tabIndex = 0;
    label.addEventListener("click", () => sort(head, at));
    label.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      sort(head, at);
    });
  });
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
