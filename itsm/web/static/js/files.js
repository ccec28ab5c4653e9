// A field that takes files from the clipboard and by dragging, beside choosing them: all of the
// form counts as the place to drop. Without scripts the field alone does.
function add(field, files) {
  const all = new DataTransfer();
  for (const file of [...field.files, ...files]) all.items.add(file);
  field.files = all.files;
}

function field(event) {
  return event.target.closest?.("form")?.querySelector("[data-take-files] input[type=file]");
}

document.addEventListener("paste", (event) => {
  const into = field(event);
  if (!into || !event.clipboardData?.files.length) return;
  event.preventDefault();
  add(into, event.clipboardData.files);
});

document.addEventListener("dragover", (event) => {
  if (field(event) && event.dataTransfer?.types.includes("Files")) event.preventDefault();
});

document.addEventListener("drop", (event) => {
  const into = field(event);
  if (!into || !event.dataTransfer?.files.length) return;
  event.preventDefault();
  add(into, event.dataTransfer.files);
});
