// Theme and rail without a round trip; the cookie lets the server draw the next page right.
const YEAR = 365 * 24 * 3600;

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-look]")) return;
  event.preventDefault();
  const form = event.target;
  if (form.elements.theme) turnTheme(form.elements.theme.value, form);
  if (form.elements.rail) turnRail(form);
});

function turnTheme(theme, form) {
  remember("theme", theme);
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
  remember("rail", rail);
  document.documentElement.dataset.rail = rail;
  const other = rail === "narrow" ? "wide" : "narrow";
  form.elements.rail.value = other;
  const button = form.querySelector("button");
  const verb = other === "wide" ? "Widen" : "Narrow";
  button.setAttribute("aria-label", `${verb} the menu`);
  button.querySelector("span").textContent = verb;
}

function remember(name, value) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${value}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure}`;
}
