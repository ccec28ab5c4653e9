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
