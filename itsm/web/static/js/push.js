// data-push-setup is the form whose button has this browser show pages as notifications.
const DENIED = "Notifications are blocked for this site. Allow them in the settings of the browser.";
const LACKING = "This browser shows no notifications here. It needs https, and on some phones the desk on the home screen.";
const FAILED = "That did not work. Try once more.";
const GONE = 410;

function bytes(text) {
  const plain = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(plain), (one) => one.charCodeAt(0));
}

async function send(url, fields = {}) {
  const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
  const headers = { "X-CSRFToken": token, Accept: "application/json" };
  const answer = await fetch(url, { method: "POST", headers, body: new URLSearchParams(fields) });
  const said = await answer.json().catch(() => ({}));
  return { status: answer.status, ok: answer.ok, said };
}

async function subscribe(form, manager) {
  const { ok, said } = await send(form.dataset.key);
  if (!ok) throw new Error(FAILED);
  const how = { userVisibleOnly: true, applicationServerKey: bytes(said.key) };
  try {
    return await manager.subscribe(how);
  } catch (error) {
    // A subscription under another key stands in the way: this instance is a new one.
    if (error.name !== "InvalidStateError") throw error;
    await (await manager.getSubscription())?.unsubscribe();
    return manager.subscribe(how);
  }
}

function register(form, subscription) {
  const { endpoint, keys } = subscription.toJSON();
  return send(form.action, { endpoint, ...keys, label: form.elements.label.value });
}

async function setUp(form) {
  if (!("serviceWorker" in navigator && "PushManager" in window)) throw new Error(LACKING);
  if ((await Notification.requestPermission()) !== "granted") throw new Error(DENIED);
  await navigator.serviceWorker.register(form.dataset.worker);
  const { pushManager } = await navigator.serviceWorker.ready;
  let subscription = await subscribe(form, pushManager);
  let answer = await register(form, subscription);
  if (answer.status === GONE) {
    await subscription.unsubscribe();
    subscription = await subscribe(form, pushManager);
    answer = await register(form, subscription);
  }
  if (!answer.ok) throw new Error(answer.said.error ?? FAILED);
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-push-setup]");
  if (!form) return;
  event.preventDefault();
  const status = form.querySelector("[data-push-status]");
  status.textContent = "Asking the browser…";
  try {
    await setUp(form);
    window.location.assign(window.location.pathname);
  } catch (error) {
    status.textContent = error.message || FAILED;
  }
});
