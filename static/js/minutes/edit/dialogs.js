/** @file The dialogs of corrections: who spoke, find and replace, the history of a line, the keys. */

import { idOf } from "./list.js";

/** @typedef {import("./door.js").Found} Found */
/** @typedef {import("./host.js").Host} Editor */

/**
 * @param {string} name
 * @returns {HTMLDialogElement}
 */
export function show(name) {
  const dialog = /** @type {HTMLDialogElement} */ (document.querySelector(`[data-dialog="${name}"]`));
  dialog.showModal();
  return dialog;
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {string} name
 */
function field(dialog, name) {
  return /** @type {HTMLInputElement} */ (dialog.querySelector(`[name="${name}"]`));
}

/**
 * What its form does, once: `submit` of the form, without leaving the page.
 *
 * @param {HTMLDialogElement} dialog
 * @param {() => unknown} act
 */
function onSubmit(dialog, act) {
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form[data-does]"));
  form.onsubmit = (event) => {
    event.preventDefault();
    void act();
  };
}

/**
 * @param {Editor} editor
 * @param {HTMLElement} element
 */
export function openSpeaker(editor, element) {
  const dialog = show("speaker");
  const name = field(dialog, "name");
  name.value = "";
  const now = dialog.querySelector("[data-now-named]");
  if (now) now.textContent = element.querySelector("[data-speaker]")?.textContent ?? "";
  onSubmit(dialog, async () => {
    dialog.close();
    await editor.change("speaker", { name: name.value, everywhere: field(dialog, "everywhere").checked });
  });
}

/**
 * @param {Editor} editor
 * @param {HTMLElement} element
 */
export async function openHistory(editor, element) {
  const dialog = show("history");
  const content = /** @type {HTMLElement} */ (dialog.querySelector("[data-content]"));
  const line = idOf(element);
  const load = async () => {
    const answer = await fetch(`lignes/${line}/`);
    content.innerHTML = answer.ok ? await answer.text() : "";
  };
  await load();
  const remark = dialog.querySelector("form[data-does]");
  if (!remark) return;
  const text = field(dialog, "remark");
  onSubmit(dialog, async () => {
    const answer = await editor.door.send(() => ({ do: "comment", line, text: text.value }));
    if (editor.took(answer)) {
      text.value = "";
      await load();
    }
  });
}

/** @param {Editor} editor */
export function openReplace(editor) {
  const dialog = show("replace");
  const found = /** @type {HTMLElement} */ (dialog.querySelector("[data-found]"));
  const apply = /** @type {HTMLButtonElement} */ (dialog.querySelector("[data-apply]"));
  const asked = () => ({
    find: field(dialog, "find").value,
    replace: field(dialog, "replace").value,
    whole_words: field(dialog, "whole_words").checked,
    match_case: field(dialog, "match_case").checked,
  });
  found.replaceChildren();
  apply.disabled = true;
  const tell = /** @param {string} text */ (text) => {
    const told = dialog.querySelector("[data-told]");
    if (told) told.textContent = text;
  };
  tell("");
  dialog.oninput = (event) => {
    if (event.target instanceof HTMLInputElement && event.target.name) apply.disabled = true;
  };
  onSubmit(dialog, async () => {
    const answer = await editor.door.send(() => ({ do: "preview", ...asked() }));
    const lines = answer.found ?? [];
    found.replaceChildren(...lines.map((line) => shownFound(editor, line)));
    apply.disabled = !lines.length;
    tell(answer.found ? `${editor.words.found} ${lines.length}` : (editor.words[answer.code ?? ""] ?? ""));
  });
  apply.onclick = async () => {
    const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (found.querySelectorAll("input:checked"));
    const lines = Array.from(boxes, (box) => [Number(box.value), Number(box.dataset.revision)]);
    const answer = await editor.door.send(() => ({ do: "replace", ...asked(), lines }));
    dialog.close();
    editor.took(answer);
    editor.focus();
  };
}

/**
 * @param {Editor} editor
 * @param {Found} line
 */
function shownFound(editor, line) {
  const item = /** @type {HTMLElement} */ (editor.cloned("found"));
  const box = /** @type {HTMLInputElement} */ (item.querySelector("input"));
  box.value = String(line.line);
  box.dataset.revision = String(line.revision);
  const texts = { before: line.before, after: line.after };
  for (const [name, text] of Object.entries(texts)) {
    const place = item.querySelector(`[data-${name}]`);
    if (place) place.textContent = text;
  }
  return item;
}
