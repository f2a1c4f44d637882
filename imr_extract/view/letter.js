"use strict";
(() => {
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const one = (id) => document.getElementById(id);
  const make = (tag, name, text) => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text) element.textContent = text;
    return element;
  };

  const values = all("a.value");
  const marks = all("mark");
  const byNumber = new Map(values.map((value) => [value.dataset.value, value]));
  const marksOf = new Map();
  for (const mark of marks) {
    for (const number of mark.dataset.values.split(" ")) {
      if (!marksOf.has(number)) marksOf.set(number, []);
      marksOf.get(number).push(mark);
    }
  }

  // One stop of the tab key for all marks, and one for all values: the arrow keys move inside.
  const rove = (elements, target) => {
    for (const element of elements) element.tabIndex = element === target ? 0 : -1;
  };
  rove(values, values[0]);
  rove(marks, marks[0]);

  const detail = one("detail");
  const describe = (number, others) => {
    const value = byNumber.get(number);
    const group = [...value.classList].find((name) => name.startsWith("g-"));
    const words = all(".word", value).map((word) => word.textContent).join("; ");
    detail.replaceChildren(make("h2", "", value.dataset.path), make("p", "full", words || "not given"));
    detail.className = group;
    const facts = make("dl");
    for (const [term, text] of [["rule", value.dataset.rule], ["words", value.dataset.place]]) {
      if (text) facts.append(make("dt", "", term), make("dd", "", text));
    }
    if (facts.children.length) detail.append(facts);
    for (const note of all(".note", value.parentElement)) detail.append(note.cloneNode(true));
    const rest = others.filter((other) => other !== number);
    if (rest.length) {
      const line = make("p", "others", "the same words give ");
      for (const other of rest) {
        const there = byNumber.get(other);
        const button = make("button", [...there.classList].find((name) => name.startsWith("g-")), there.dataset.path);
        button.type = "button";
        button.addEventListener("click", () => choose(other, others, true));
        line.append(button);
      }
      detail.append(line);
    }
    detail.hidden = false;
  };

  const clear = () => {
    for (const mark of all("mark.on")) mark.classList.remove("on");
    for (const value of all("a.value[aria-current]")) value.removeAttribute("aria-current");
    if (detail) detail.hidden = true;
  };

  const choose = (number, others, showWords) => {
    clear();
    const value = byNumber.get(number);
    const words = marksOf.get(number) || [];
    value.setAttribute("aria-current", "true");
    rove(values, value);
    for (const mark of words) mark.classList.add("on");
    describe(number, others);
    if (showWords && words.length) {
      rove(marks, words[0]);
      words[0].scrollIntoView({ block: "center" });
    }
    // Not scrollIntoView: where the list stands below the letter, that would leave the words.
    const list = one("list");
    const box = list.getBoundingClientRect();
    const there = value.getBoundingClientRect();
    if (there.top < box.top + 48 || there.bottom > box.bottom) {
      list.scrollTop += there.top - box.top - box.height / 3;
    }
  };

  document.addEventListener("click", (event) => {
    const value = event.target.closest("a.value");
    const mark = event.target.closest("mark");
    if (value) {
      event.preventDefault();
      choose(value.dataset.value, [value.dataset.value], true);
    } else if (mark) {
      const numbers = mark.dataset.values.split(" ");
      rove(marks, mark);
      choose(numbers[0], numbers, false);
    }
  });

  const step = (elements, from, event, back, forth) => {
    const at = elements.indexOf(from);
    const goal = { [back]: at - 1, [forth]: at + 1, Home: 0, End: elements.length - 1 }[event.key];
    if (goal === undefined || !elements[goal]) return;
    event.preventDefault();
    elements[goal].tabIndex = 0;
    from.tabIndex = -1;
    elements[goal].focus();
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target === one("filter");
    if (event.key === "Escape") clear();
    if (event.key === "/" && !typing && one("filter")) {
      event.preventDefault();
      one("filter").focus();
    }
    const value = event.target.closest("a.value");
    const mark = event.target.closest("mark");
    if (value) {
      step(values.filter((each) => !each.closest("[hidden]")), value, event, "ArrowUp", "ArrowDown");
    }
    if (mark) {
      step(marks, mark, event, "ArrowLeft", "ArrowRight");
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        mark.click();
      }
    }
  });

  // The filter works on the values of a letter and on the rows of the index alike.
  const rows = values.length ? values.map((value) => value.parentElement) : all("tbody tr");
  const text = new Map(rows.map((row) => {
    const link = row.querySelector("a.value");
    const hidden = link ? ` ${link.dataset.path} ${link.dataset.rule}` : ` ${row.dataset.words ?? ""}`;
    return [row, (row.textContent + hidden).toLowerCase()];
  }));
  const filter = () => {
    const wanted = one("filter").value.toLowerCase().trim().split(/\s+/).filter(Boolean);
    const onlyNotes = one("only-notes").checked;
    let count = 0;
    for (const row of rows) {
      const noted = row.matches(".warns, .absent") || row.querySelector(".note");
      row.hidden = (onlyNotes && !noted) || !wanted.every((word) => text.get(row).includes(word));
      count += row.hidden ? 0 : 1;
    }
    for (const list of all("#list ul")) list.hidden = all("li:not([hidden])", list).length === 0;
    for (const heading of all("#list h3")) heading.hidden = heading.nextElementSibling.hidden;
    for (const group of all("#list .group")) group.hidden = all("ul:not([hidden])", group).length === 0;
    one("shown").textContent = count === rows.length ? "" : `${count} of ${rows.length}`;
    const first = values.find((value) => !value.closest("[hidden]"));
    if (first && !values.some((value) => value.tabIndex === 0 && !value.closest("[hidden]"))) rove(values, first);
  };
  one("filter").addEventListener("input", filter);
  one("only-notes").addEventListener("change", filter);
  filter();
})();
