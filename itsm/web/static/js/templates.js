// The picker of templates: `;` opens it, typing narrows it, Enter takes the one in front.
function words(changes) {
  const said = [];
  if (changes.state) said.push(`state ${changes.state.replace("_", " ")}`);
  if (changes.take) said.push("takes it");
  if (changes.team) said.push(`to ${changes.team}`);
  if (changes.tags?.length) said.push(`tags ${changes.tags.join(", ")}`);
  return said.join(", ");
}

function insert(form, one) {
  const box = form.elements.body;
  box.setRangeText(one.body, box.selectionStart, box.selectionEnd, "end");
  form.elements.template.value = one.id;
  const kind = form.querySelector(`[name="visibility"][value="${one.visibility}"]`);
  if (kind) kind.checked = true;
  const macro = form.querySelector("[data-macro]");
  const said = words(one.changes);
  macro.hidden = !said;
  form.elements.macro.checked = Boolean(said);
  macro.querySelector("[data-macro-says]").textContent = `When sent: ${said}`;
  box.focus();
  box.dispatchEvent(new Event("input", { bubbles: true }));
  const at = one.missing.length ? box.value.indexOf(`{{${one.missing[0]}}}`) : -1;
  if (at >= 0) box.setSelectionRange(at, at + one.missing[0].length + 4);
  if (one.missing.length) form.querySelector("[data-draft-status]").textContent = `Fill in: ${one.missing.join(", ")}`;
}

function shown(items, typed) {
  return items.filter((one) => `${one.name} ${one.body}`.toLowerCase().includes(typed.toLowerCase()));
}

export async function offer(form) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-label", "Templates");
  const field = Object.assign(document.createElement("input"), { className: "input", placeholder: "Template …" });
  field.setAttribute("aria-label", "Find a template");
  const list = document.createElement("div");
  list.className = "dialog-body stack";
  dialog.append(field, list);
  document.body.append(dialog);
  dialog.addEventListener("close", () => { dialog.remove(); form.elements.body.focus(); });
  dialog.showModal();
  let items = [];
  let wanted = false;
  const take = (one) => { dialog.close(); insert(form, one); };
  const draw = () => list.replaceChildren(...shown(items, field.value).slice(0, 8).map((one) => {
    const row = Object.assign(document.createElement("button"), { type: "button", className: "button quiet" });
    row.textContent = [one.name, words(one.changes)].filter(Boolean).join(" · ");
    row.addEventListener("click", () => take(one));
    return row;
  }));
  field.addEventListener("input", draw);
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") list.firstElementChild?.focus();
    if (event.key !== "Enter") return;
    event.preventDefault();
    const [first] = shown(items, field.value);
    if (first) take(first);
    else wanted = true;
  });
  const answer = await fetch(form.elements.seen.dataset.templates, { headers: { Accept: "application/json" } }).catch(() => null);
  items = answer?.ok ? (await answer.json()).items : [];
  draw();
  // Enter may come before the list does.
  if (wanted && items.length) take(items[0]);
  if (!items.length) list.textContent = "No templates yet";
}
