// data-live="url" data-every="5": the element is fetched again every so many seconds and morphed,
// so that focus, scroll, marks and what is being typed stay. The answer may be a whole page or a
// part of one: the element of the same id is taken from it, so the element needs an id, and so
// does every row of a list in it. Parts that name the same address share one request.
const due = new Map();

// What a person did to the page is theirs, not the server's.
const THEIRS = new Set(["aria-selected", "checked", "open", "aria-current"]);

const CONFIG = {
  morphStyle: "outerHTML",
  ignoreActiveValue: true,
  callbacks: {
    beforeAttributeUpdated: (name, node) => !(THEIRS.has(name) || (name === "class" && node.matches("tr.current"))),
    // A field that somebody wrote in keeps its text even when the focus has gone elsewhere.
    beforeNodeMorphed: (node) => !(node.matches?.("input, textarea") && node.value !== node.defaultValue),
  },
};

setInterval(() => {
  if (document.hidden) return;
  const now = Date.now();
  const ripe = [...document.querySelectorAll("[data-live]")].filter((box) => isDue(box, now));
  for (const [url, boxes] of Object.entries(Object.groupBy(ripe, (box) => box.dataset.live))) {
    refresh(url, boxes);
  }
}, 500);

function isDue(box, now) {
  const wait = Number(box.dataset.every || 5) * 1000;
  const at = due.get(box.id) ?? now + wait;
  const ready = at <= now && !box.querySelector("[popover]:popover-open, dialog[open]");
  due.set(box.id, ready ? now + wait : at);
  return ready;
}

async function refresh(url, boxes) {
  const answer = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
  // Without an answer the page stays as it is; the next round comes by itself.
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const box of boxes) {
    const part = fresh.getElementById(box.id);
    if (!part) continue;
    window.Idiomorph.morph(box, part, CONFIG);
    window.htmx.process(document.getElementById(box.id));
  }
}

// Back in front after a while: show the present at once.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) for (const id of due.keys()) due.set(id, 0);
});
