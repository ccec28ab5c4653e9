// Ctrl+K: go to a place, do what the page offers, or search. It lists what this page's links and
// buttons already allow, so it can never offer what a person may not do.
import Combobox from "./combobox-nav.js";

const dialog = document.getElementById("palette");
const MOST = 9;
let combobox;

function choices() {
  const found = [...document.querySelectorAll(".rail li > a, [data-create], .page-actions :is(a, button)")];
  return found.filter((one) => !one.closest("[hidden]")).map((one) => ({
    label: one.matches("[data-create]") ? `New: ${one.title || one.textContent.trim()}` : label(one),
    act: one,
  }));
}

function label(one) {
  return (one.querySelector("span:not(.keys)")?.textContent || one.textContent).trim();
}

function fill(list, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const fitting = choices().filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)));
  list.replaceChildren(...fitting.slice(0, MOST).map(option));
  if (text.trim()) list.append(option({ label: `Search for “${text.trim()}”`, act: null }));
  [...list.children].forEach((one, index) => { one.id = `palette-${index}`; });
}

function option({ label, act }) {
  const box = document.createElement("div");
  box.setAttribute("role", "option");
  box.textContent = label;
  box.addEventListener("combobox-commit", () => {
    dialog.close();
    if (act) act.click();
    else dialog.querySelector("form").submit();
  });
  return box;
}

export function openPalette() {
  if (!dialog || dialog.open) return;
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("[role=listbox]");
  input.value = "";
  fill(list, "");
  dialog.showModal();
  combobox ??= new Combobox(input, list, { firstOptionSelectionMode: "active", tabInsertsSuggestions: false });
  combobox.start();
  input.oninput = () => {
    combobox.stop();
    fill(list, input.value);
    combobox.start();
  };
}

dialog?.addEventListener("close", () => combobox?.stop());
