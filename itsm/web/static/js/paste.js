// A picture that is pasted or dropped into a text goes with the files of its form.
function take(area, files) {
  const input = area.form.querySelector('input[type="file"]');
  if (!input || !files.length) return false;
  const held = new DataTransfer();
  for (const file of [...input.files, ...files]) held.items.add(file);
  input.files = held.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

for (const kind of ["paste", "drop"]) {
  document.addEventListener(kind, (event) => {
    const area = event.target.closest?.("[data-paste], [data-composer] textarea");
    const files = (event.clipboardData ?? event.dataTransfer)?.files ?? [];
    if (area && take(area, files)) event.preventDefault();
  });
}
