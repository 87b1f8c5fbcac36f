/** @file Which key asks for what: on a line, and inside its text. No document here. */

/** @typedef {"edit" | "next" | "previous" | "speaker" | "history" | "remove" | "play" | "undo" | "redo" | "replace" | "note" | "help" | "leave" | "save-and-next" | "split" | "merge"} Command */

/**
 * @typedef {object} Press
 * @property {string} key
 * @property {boolean} [ctrlKey]
 * @property {boolean} [metaKey]
 * @property {boolean} [shiftKey]
 * @property {boolean} [altKey]
 */

/** @type {Record<string, Command>} */
const ON_A_LINE = {
  Enter: "edit",
  ArrowDown: "next",
  ArrowUp: "previous",
  l: "speaker",
  h: "history",
  n: "note",
  r: "replace",
  Delete: "remove",
  " ": "play",
  "?": "help",
};

/**
 * @param {Press} press
 * @returns {Command | undefined}
 */
export function commandOnLine(press) {
  if (press.ctrlKey || press.metaKey) return undoOrRedo(press);
  if (press.shiftKey && press.key.startsWith("Arrow")) return undefined; // the next words of the same person
  return press.altKey ? undefined : ON_A_LINE[press.key.length === 1 ? press.key.toLowerCase() : press.key];
}

/**
 * @param {Press} press
 * @param {{start: number, end: number}} selection in the text
 * @returns {Command | undefined}
 */
export function commandInText(press, selection) {
  const held = press.ctrlKey || press.metaKey;
  if (press.key === "Escape") return "leave";
  if (press.key === "Enter") return held ? "save-and-next" : "split";
  if (press.key === " " && held) return "play";
  if (press.key === "Backspace" && !held && selection.start === 0 && selection.end === 0) return "merge";
  return undefined;
}

/**
 * @param {Press} press
 * @returns {Command | undefined}
 */
function undoOrRedo(press) {
  const key = press.key.toLowerCase();
  if (key === "y" || (key === "z" && press.shiftKey)) return "redo";
  return key === "z" ? "undo" : undefined;
}
