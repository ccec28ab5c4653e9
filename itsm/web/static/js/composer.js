// What is typed in a composer is kept in this browser at once, and by the server every 3 s, until
// the server has taken it: it survives a reload, a log-out and a failed send. data-composer names
// the draft. The composer itself is never swapped.
import { logInAgain } from "./again.js";
import { offer } from "./templates.js";
import { toast } from "./toasts.js";

const EVERY = 3000;
const saving = new WeakMap();
const key = (form) => `draft:${form.dataset.composer}`;
const extra = (form) => form.elements.seen;
const read = (form) => JSON.parse(localStorage.getItem(key(form)) ?? "null");

function say(form, text) {
  form.querySelector("[data-draft-status]").textContent = text;
}

export function token() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

export function post(url, body, more = {}) {
  const headers = { "HX-Request": "true", "X-CSRFToken": token() };
  return fetch(url, { method: "POST", body, headers, ...more });
}

function keep(form) {
  const body = form.elements.body.value;
  if (!body) localStorage.removeItem(key(form));
  else {
    localStorage.setItem(key(form),
      JSON.stringify({ text: body, visibility: form.elements.visibility.value, at: Date.now() }));
  }
  say(form, body ? "Draft kept" : "");
  const discard = form.querySelector("[data-discard]");
  if (discard) discard.hidden = !body;
}

async function keepOnServer(form, visibility = form.elements.visibility.value, text = form.elements.body.value) {
  const url = extra(form)?.dataset.draftUrl;
  saving.delete(form);
  if (!url || form.dataset.sending) return;
  const body = new URLSearchParams({ body: text, visibility });
  const answer = await post(url, body, { keepalive: body.toString().length < 60_000 }).catch(() => null);
  if (form.elements.body.value) say(form, answer?.ok ? "Draft saved" : "Draft kept in this browser");
}

// What was refused stands in the composer as it was sent.
function refusedNow(form) {
  return extra(form) && document.querySelector("#send-guard .banner, .error-summary");
}

function restore(form) {
  const kept = read(form);
  form.dataset.kind = form.elements.visibility.value;
  if (!kept || form.elements.body.value === kept.text || refusedNow(form)) return;
  if (new URLSearchParams(location.search).has("use")) return;
  form.elements.body.value = kept.text;
  form.elements.visibility.value = kept.visibility;
  form.dataset.kind = kept.visibility;
  say(form, "Restored draft");
  const discard = form.querySelector("[data-discard]");
  if (discard) discard.hidden = false;
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-composer]");
  if (!form || form.dataset.sending) return;
  const before = form.dataset.kind;
  const now = form.elements.visibility.value;
  form.dataset.kind = now;
  keep(form);
  // A text that changes its kind takes its draft along.
  if (before && before !== now) keepOnServer(form, before, "");
  if (!saving.has(form)) saving.set(form, setTimeout(() => keepOnServer(form), EVERY));
});

async function send(form, submitter) {
  keep(form);
  clearTimeout(saving.get(form));
  saving.delete(form);
  form.dataset.sending = "1";
  say(form, "Sending …");
  const data = new FormData(form, submitter);
  data.set("csrf_token", token());
  const answer = await post(form.action, data).catch(() => null);
  delete form.dataset.sending;
  if (answer?.ok) return sent(form);
  if (answer?.status === 401 && await logInAgain()) return send(form, submitter);
  say(form, "Not sent. Your text is kept");
  if (answer?.status === 409 || answer?.status === 422) return refused(form, await answer.text());
  toast(answer ? "That did not work. What you wrote is still here." : "No connection. What you wrote is still here.", "danger");
}

function sent(form) {
  localStorage.removeItem(key(form));
  form.dataset.sending = "1";
  form.elements.body.value = "";
  const there = `${location.pathname}#composer`;
  history.replaceState(null, "", there);
  location.reload();
}

function refused(form, html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const guard = page.getElementById("send-guard");
  const mine = form.querySelector("#send-guard");
  if (guard && mine) {
    mine.replaceChildren(...guard.childNodes);
    form.elements.seen.value = page.querySelector('[name="seen"]').value;
  }
  const wrong = page.querySelector(".error-summary li")?.textContent;
  if (wrong) toast(wrong, "danger");
  form.elements.body.focus();
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-composer]");
  if (!form || !extra(form)) return;
  if (event.submitter?.hasAttribute("data-discard")) {
    clearTimeout(saving.get(form));
    localStorage.removeItem(key(form));
    form.dataset.sending = "1";
    return;
  }
  event.preventDefault();
  if (!form.dataset.sending) send(form, event.submitter);
});

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("[data-composer]");
  if (!form) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit();
  }
  // At the start of a text, or after a blank, a semicolon asks for a template.
  const box = event.target;
  if (event.key === ";" && box.name === "body" && /(^|\s)$/.test(box.value.slice(0, box.selectionStart)) && extra(form)?.dataset.templates) {
    event.preventDefault();
    offer(form);
  }
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-pick]");
  if (!link) return;
  event.preventDefault();
  offer(link.closest("form"));
});

window.addEventListener("pagehide", () => {
  document.querySelectorAll("[data-composer]").forEach((form) => { if (saving.has(form)) keepOnServer(form); });
});

document.querySelectorAll("[data-composer]").forEach(restore);
