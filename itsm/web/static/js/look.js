// Theme and rail turn at once; the server hears of it in the background and keeps it in a cookie,
// so that it draws the next page right.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-look]")) return;
  event.preventDefault();
  const form = event.target;
  fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
  if (form.elements.theme) turnTheme(form.elements.theme.value, form);
  if (form.elements.rail) turnRail(form);
});

function turnTheme(theme, form) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  const menu = form.closest("[popover]");
  for (const button of menu.querySelectorAll("[aria-pressed]")) {
    button.setAttribute("aria-pressed", String(form.contains(button)));
  }
  menu.hidePopover();
}

function turnRail(form) {
  const rail = form.elements.rail.value;
  document.documentElement.dataset.rail = rail;
  form.elements.rail.value = rail === "narrow" ? "wide" : "narrow";
  const button = form.querySelector("button");
  const verb = rail === "narrow" ? "Widen" : "Narrow";
  button.setAttribute("aria-label", `${verb} the menu`);
  button.querySelector("span").textContent = verb;
}
