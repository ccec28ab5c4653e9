// Tells that this ticket is before somebody's eyes, and whether they write: at once when that
// changes, else every 8 s. Others see it with the next round of data-live.
import { post, token } from "./composer.js";

const mark = document.querySelector("[data-presence]");
let told = false;

function beat() {
  if (document.hidden) return;
  told = Boolean(mark.form.elements.body.value);
  post(mark.dataset.presence, new URLSearchParams(told ? { replying: "1" } : {})).catch(() => null);
}

if (mark) {
  beat();
  setInterval(beat, 8000);
  mark.form.addEventListener("input", () => { if (told !== Boolean(mark.form.elements.body.value)) beat(); });
  document.addEventListener("visibilitychange", beat);
  window.addEventListener("pagehide", () => {
    navigator.sendBeacon(mark.dataset.presence, new URLSearchParams({ leave: "1", csrf_token: token() }));
  });
}
