// What every htmx request carries, and what a failed one says.
import { toast } from "./toasts.js";

const SAID = {
  401: "You were logged out. Log in again in another tab, then try once more: nothing is lost.",
  403: "You may not do this.",
  404: "That is gone, or not for you to see.",
  409: "That is not possible any more: it changed meanwhile. Reload to see how it stands.",
  412: "Somebody changed this since you loaded it. Reload before you try again.",
  413: "That is too large.",
  429: "Too much at once. Wait a minute.",
};

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('meta[name="csrf-token"]');
  if (token) event.detail.headers["X-CSRFToken"] = token.content;
});

document.addEventListener("htmx:responseError", (event) => {
  toast(SAID[event.detail.xhr.status] ?? "That did not work. What you wrote is still here.", "danger");
});

document.addEventListener("htmx:sendError", (event) => {
  toast("No connection. What you wrote is still here.", "danger");
});
