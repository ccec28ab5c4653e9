// Walking and marking the rows of a list: table[data-list], with a .row-link in every row and, where
// rows can be marked, a checkbox. keys.js gives these verbs their keys.
function rows() {
  return [...document.querySelectorAll("table[data-list] tbody tr")];
}

function current() {
  return document.querySelector("table[data-list] tr.current");
}

export function hasRows() {
  return rows().length > 0;
}

export function move(step) {
  const all = rows();
  if (!all.length) return;
  const here = current();
  const next = here ? Math.min(Math.max(all.indexOf(here) + step, 0), all.length - 1) : 0;
  here?.classList.remove("current");
  all[next].classList.add("current");
  const link = all[next].querySelector(".row-link");
  (link ?? all[next]).focus({ preventScroll: true });
  all[next].scrollIntoView({ block: "nearest" });
}

export function open() {
  current()?.querySelector(".row-link")?.click();
}

export function mark() {
  const box = current()?.querySelector('input[type="checkbox"]');
  if (box) box.click();
}

function boxes() {
  return [...document.querySelectorAll('table[data-list] tbody input[type="checkbox"]')];
}

function set(box, on) {
  if (box && box.checked !== on) box.click();
}

// Shift with j or k: the row, and the one that it leads to, are marked.
export function stretch(step) {
  set(current()?.querySelector('input[type="checkbox"]'), true);
  move(step);
  set(current()?.querySelector('input[type="checkbox"]'), true);
}

export function markAll() {
  const all = boxes();
  const on = all.some((box) => !box.checked);
  for (const box of all) set(box, on);
}

export function canMark() {
  return boxes().length > 0;
}

document.addEventListener("change", (event) => {
  const row = event.target.closest("table[data-list] tbody tr");
  if (row && event.target.matches('input[type="checkbox"]')) {
    row.setAttribute("aria-selected", String(event.target.checked));
    tell();
  }
});

function tell() {
  const marked = boxes().filter((box) => box.checked).length;
  for (const one of document.querySelectorAll("[data-marked]")) {
    one.textContent = marked ? `${marked} marked` : "With the marked";
  }
}

// A click with Shift marks all rows from the one that was clicked last.
let last = null;
document.addEventListener("click", (event) => {
  if (!event.target.matches?.('table[data-list] tbody input[type="checkbox"]') || !event.detail) return;
  const all = boxes();
  const from = all.indexOf(document.getElementById(last)?.querySelector('input[type="checkbox"]'));
  const to = all.indexOf(event.target);
  last = event.target.closest("tr").id;
  if (!event.shiftKey || from < 0) return;
  for (const box of all.slice(Math.min(from, to), Math.max(from, to) + 1)) set(box, event.target.checked);
});

document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("table[data-list] tbody tr");
  if (!row || row === current()) return;
  current()?.classList.remove("current");
  row.classList.add("current");
});
