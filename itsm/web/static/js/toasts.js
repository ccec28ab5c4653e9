// A passing word at the edge of the page. `tone`: info, ok, warn or danger.
const SECONDS = 8;

export function toast(text, tone = "info") {
  const template = document.getElementById("toast-template");
  if (!template) return;
  const box = template.content.firstElementChild.cloneNode(true);
  box.classList.replace("info", tone);
  box.querySelector("[data-toast-text]").textContent = text;
  document.getElementById("toasts").append(box);
  // What went wrong stays until it is read; the rest goes by itself.
  if (tone !== "danger") setTimeout(() => box.remove(), SECONDS * 1000);
}

document.addEventListener("click", (event) => {
  event.target.closest("[data-dismiss]")?.closest("[data-toast]").remove();
});

// What can be undone is a toast as long as anybody is likely to want that; "My changes" keeps it.
for (const button of document.querySelectorAll("[data-undo]")) {
  const banner = button.closest(".banner");
  const box = document.getElementById("toast-template")?.content.firstElementChild.cloneNode(true);
  if (!banner || !box) continue;
  box.classList.replace("info", "ok");
  box.querySelector("[data-toast-text]").replaceChildren(...banner.querySelectorAll(":scope > div, :scope > form"));
  banner.remove();
  document.getElementById("toasts").append(box);
  fade(box);
}

// Not while somebody points at it or has the focus in it.
function fade(box) {
  setTimeout(() => (box.matches(":hover, :focus-within") ? fade(box) : box.remove()), SECONDS * 1000);
}
