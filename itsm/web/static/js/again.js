// Logging in again without leaving the page: what was written stays where it is.
function ask() {
  return new Promise((done) => {
    const dialog = document.createElement("dialog");
    dialog.className = "dialog";
    dialog.setAttribute("aria-label", "Log in again");
    dialog.innerHTML = '<form method="dialog" class="form dialog-body"><p>You were logged out. Your text is kept.</p>'
      + '<label>User name <input class="input" name="username" autocomplete="username" required></label>'
      + '<label>Password <input class="input" name="password" type="password" autocomplete="current-password" required></label>'
      + '<button class="button primary">Log in and send</button></form>';
    document.body.append(dialog);
    dialog.addEventListener("close", () => {
      const form = dialog.querySelector("form");
      const typed = dialog.returnValue === "" && !form.dataset.done ? null : new URLSearchParams(new FormData(form));
      dialog.remove();
      done(typed);
    });
    dialog.querySelector("form").addEventListener("submit", (event) => { event.currentTarget.dataset.done = "1"; });
    dialog.showModal();
  });
}

async function csrfOf(url) {
  const page = new DOMParser().parseFromString(await (await fetch(url)).text(), "text/html");
  return page.querySelector('meta[name="csrf-token"]')?.content ?? page.querySelector('[name="csrf_token"]')?.value ?? "";
}

export async function logInAgain() {
  const typed = await ask();
  if (!typed) return false;
  typed.set("csrf_token", await csrfOf("/login"));
  const answer = await fetch("/login", { method: "POST", body: typed });
  if (!answer.ok) return logInAgain();
  const fresh = await csrfOf(location.href);
  const meta = document.querySelector('meta[name="csrf-token"]');
  if (meta) meta.content = fresh;
  for (const field of document.querySelectorAll('[name="csrf_token"]')) field.value = fresh;
  return true;
}
