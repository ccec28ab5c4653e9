// data-live="url" data-every="5": the element is fetched again every so many seconds and morphed,
// so that focus, scroll, selection and what is being typed stay. The answer may be a whole page or
// a part of one; the element with the same id is taken from it, so the element needs an id.
const due = new Map();

setInterval(() => {
  if (document.hidden) return;
  const now = Date.now();
  for (const box of document.querySelectorAll("[data-live]")) {
    const wait = Number(box.dataset.every || 5) * 1000;
    if (!due.has(box.id)) due.set(box.id, now + wait);
    if (due.get(box.id) > now || box.matches(":has([popover]:popover-open, dialog[open])")) continue;
    due.set(box.id, now + wait);
    refresh(box);
  }
}, 500);

function refresh(box) {
  window.htmx.ajax("GET", box.dataset.live, {
    source: box, target: box, select: `#${box.id}`, swap: "morph:outerHTML",
  });
}

// Back in front after a while: show the present at once.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) due.clear();
});

// What a person marked in a list is theirs, not the server's.
window.Idiomorph.defaults.ignoreActiveValue = true;
window.Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) =>
  !(["aria-selected", "checked"].includes(name) || (name === "class" && node.matches("tr.current")));
