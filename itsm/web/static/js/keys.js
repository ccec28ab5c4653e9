// One registry of keys feeds the bindings and the help sheet. Single keys work outside fields
// only, and can be switched off (WCAG 2.1.4). data-key="a" on a link or a button gives it a key
// and a line in the sheet; data-key-says is what the sheet calls it.
import { tinykeys } from "./tinykeys.js";
import { openPalette } from "./palette.js";
import { canMark, hasRows, mark, markAll, move, open, stretch } from "./rows.js";

const OFF = "keys-off";

function click(selector) {
  return () => document.querySelector(selector)?.click();
}

function help() {
  document.getElementById("keys")?.showModal();
}

const places = [...document.querySelectorAll("[data-go]")].map((link) => ({
  keys: `g ${link.dataset.go}`, says: link.querySelector("span").textContent, group: "Go to", act: () => link.click(),
}));

const page = [...document.querySelectorAll("[data-key]")].map((one) => ({
  keys: one.dataset.key, says: one.dataset.keySays || one.textContent.trim(), group: "On this page", act: () => one.click(),
}));

const composer = document.querySelector("[data-composer]");
const writing = !composer ? [] : [
  { keys: "r", says: "Reply", group: "Writing", act: () => write("public") },
  { keys: "n", says: "Internal note", group: "Writing", act: () => write("internal") },
];

function write(visibility) {
  composer.querySelector(`[value="${visibility}"]`)?.click();
  composer.elements.body.focus();
}

const lists = !hasRows() ? [] : [
  { keys: "j", says: "Next row", group: "In a list", act: () => move(1) },
  { keys: "k", says: "Row before", group: "In a list", act: () => move(-1) },
  { keys: "x", says: "Mark the row", group: "In a list", act: mark },
  { keys: "o", says: "Open the row", group: "In a list", act: open },
];

const marking = !canMark() ? [] : [
  { keys: "Shift+J", says: "Mark on downwards", group: "In a list", act: () => stretch(1) },
  { keys: "Shift+K", says: "Mark on upwards", group: "In a list", act: () => stretch(-1) },
  { keys: "Shift+X", says: "Mark all rows, or none", group: "In a list", act: markAll },
];

const everywhere = [
  { keys: "/", says: "Search", group: "Everywhere", act: () => document.querySelector("[data-search]")?.focus() },
  { keys: "c", says: "Create", group: "Everywhere", act: click("[data-create]") },
  // With or without Shift: keyboards differ in where they keep the question mark.
  { keys: "Shift+?", says: "This sheet", group: "Everywhere", act: help },
  { keys: "?", hidden: true, group: "Everywhere", act: help },
];

const registry = [...everywhere, ...places, ...page, ...writing, ...lists, ...marking];

// "g" leads: the key after it names a place, and does nothing of its own.
const LEAD = 1000;
let led = -LEAD;
window.addEventListener("keydown", (event) => {
  if (event.key === "g") led = event.timeStamp;
}, { capture: true });

function single(keys, act) {
  return (event) => {
    if (!keys.includes(" ") && event.timeStamp - led < LEAD) return;
    const typing = event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
    if (typing || localStorage.getItem(OFF) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    act();
  };
}

tinykeys(window, {
  "$mod+k": (event) => { event.preventDefault(); openPalette(); },
  ...Object.fromEntries(registry.map(({ keys, act }) => [keys, single(keys, act)])),
});

function sheet(box) {
  const shown = [...registry,
    { keys: "Ctrl K", says: "Go to or do anything", group: "Everywhere" },
    { keys: "Enter", says: "Open the row in focus", group: "In a list", hidden: !hasRows() },
    { keys: "Ctrl Enter", says: "Send", group: "Writing" }];
  for (const [name, keys] of Object.entries(Object.groupBy(shown, ({ group }) => group))) {
    box.append(group(name, keys.filter(({ hidden }) => !hidden)));
  }
}

function group(name, keys) {
  const part = document.createElement("section");
  part.append(Object.assign(document.createElement("h3"), { textContent: name }));
  const list = document.createElement("ul");
  list.append(...keys.map(line));
  part.append(list);
  return part;
}

function line({ keys, says }) {
  const item = document.createElement("li");
  const caps = document.createElement("span");
  caps.className = "keys";
  caps.append(...keys.replace("Shift+?", "?").split(/[ +]/).map((key) =>
    Object.assign(document.createElement("kbd"), { textContent: key })));
  item.append(says, caps);
  return item;
}

const table = document.querySelector("[data-key-table]");
if (table) sheet(table);

const off = document.querySelector("[data-keys-off]");
if (off) {
  off.checked = Boolean(localStorage.getItem(OFF));
  off.addEventListener("change", () => {
    if (off.checked) localStorage.setItem(OFF, "1");
    else localStorage.removeItem(OFF);
  });
}
