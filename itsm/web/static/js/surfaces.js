// Dialogs, and where the focus goes when a page opens with something to mend.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.open).showModal();
    return;
  }
  const closer = event.target.closest("[data-close]");
  if (closer && closer.closest("dialog")?.open) {
    event.preventDefault();
    closer.closest("dialog").close();
    return;
  }
  // A click on the dimmed page around a dialog lands on the dialog itself.
  if (event.target.matches("dialog[open]") && outside(event)) event.target.close();
});

// A link that acts as a button answers to the space bar as buttons do.
document.addEventListener("keydown", (event) => {
  if (event.key === " " && event.target.matches('a[role="button"]')) {
    event.preventDefault();
    event.target.click();
  }
});

function outside(event) {
  const box = event.target.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right
    || event.clientY < box.top || event.clientY > box.bottom;
}

document.querySelector("[data-focus]")?.focus();
