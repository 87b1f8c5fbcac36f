/** @file Noting a chapter, a decision, an action or a question from the lines that are selected. */

import { show } from "./dialogs.js";
import { idOf, textOf } from "./list.js";

const MOST = 200; // lines: what the server takes

/**
 * Those that the selection touches, or else the current one.
 *
 * @param {HTMLElement} list
 * @param {HTMLElement | null} current
 * @returns {HTMLElement[]}
 */
export function selectedLines(list, current) {
  const selection = window.getSelection();
  const isThere = selection && !selection.isCollapsed && selection.anchorNode && list.contains(selection.anchorNode);
  const lines = Array.from(/** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll("[data-line]")));
  const touched = isThere ? lines.filter((line) => selection.containsNode(line, true)).slice(0, MOST) : [];
  return touched.length ? touched : current ? [current] : [];
}

/** @param {HTMLElement[]} lines */
export function openNote(lines) {
  const [first] = lines;
  if (!first) return;
  const dialog = show("note");
  const field = /** @param {string} name */ (name) =>
    /** @type {HTMLInputElement} */ (dialog.querySelector(`[name="${name}"]`));
  field("lines").value = lines.map(idOf).join(",");
  field("text").value = lines.length === 1 ? textOf(first) : "";
  const cited = dialog.querySelector("[data-cited]");
  if (cited) cited.textContent = named(lines);
  const kind = /** @type {HTMLSelectElement} */ (dialog.querySelector("[name=kind]"));
  const more = dialog.querySelector("[data-of-action]");
  kind.onchange = () => more?.toggleAttribute("hidden", kind.value !== "action");
  more?.toggleAttribute("hidden", kind.value !== "action");
  kind.focus();
}

/** @param {HTMLElement[]} lines */
function named(lines) {
  const clocks = lines.map((line) => line.querySelector(".line__play")?.lastChild?.textContent ?? "");
  return lines.length === 1 ? (clocks[0] ?? "") : `${clocks[0]} – ${clocks.at(-1)} (${lines.length})`;
}
