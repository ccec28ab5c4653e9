// data-copy="id" copies the value of the field with that id.
import { toast } from "./toasts.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    toast("Copied", "ok");
  } catch {
    // Without a secure connection browsers refuse; the text is selected for Ctrl+C.
    toast("Press Ctrl+C to copy");
  }
});
