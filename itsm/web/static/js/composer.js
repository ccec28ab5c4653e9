// What is typed in a composer is kept in this browser until the server has taken it: it survives
// a reload, a log-out and a failed send. data-composer names the draft.
const PAUSE = 400;
const pending = new WeakMap();

function key(form) {
  return `draft:${form.dataset.composer}`;
}

function save(form) {
  const text = form.elements.body.value;
  const status = form.querySelector("[data-draft-status]");
  if (!text) {
    localStorage.removeItem(key(form));
    status.textContent = "";
    return;
  }
  localStorage.setItem(key(form), JSON.stringify({ text, visibility: form.elements.visibility.value }));
  status.textContent = "Draft kept";
}

function restore(form) {
  const kept = JSON.parse(localStorage.getItem(key(form)) ?? "null");
  if (!kept || form.elements.body.value) return;
  form.elements.body.value = kept.text;
  form.elements.visibility.value = kept.visibility;
  form.querySelector("[data-draft-status]").textContent = "Draft restored";
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-composer]");
  if (!form) return;
  clearTimeout(pending.get(form));
  pending.set(form, setTimeout(() => save(form), PAUSE));
});

// The draft of a sent message goes only when the next page shows that it was taken.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-composer]");
  if (!form) return;
  clearTimeout(pending.get(form));
  save(form);
  sessionStorage.setItem("sent", key(form));
});

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("[data-composer]");
  if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit();
  }
});

function forgetSent() {
  const sent = sessionStorage.getItem("sent");
  sessionStorage.removeItem("sent");
  // A composer that comes back with its text was refused: the draft stays.
  const refused = document.querySelector("[data-composer] .input")?.value;
  const landed = document.querySelector("[data-composer]");
  if (sent && landed && !refused && !document.querySelector(".error-summary")) {
    localStorage.removeItem(sent);
  }
}

forgetSent();
document.querySelectorAll("[data-composer]").forEach(restore);
