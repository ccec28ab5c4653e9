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

document.addEventListener("change", (event) => {
  const row = event.target.closest("table[data-list] tbody tr");
  if (row && event.target.matches('input[type="checkbox"]')) {
    row.setAttribute("aria-selected", String(event.target.checked));
  }
});

document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("table[data-list] tbody tr");
  if (!row || row === current()) return;
  current()?.classList.remove("current");
  row.classList.add("current");
});
