/** @file The lines on the page: which one is meant, and putting what the server answers in the place of what was shown. */

/** @typedef {import("./door.js").Shown} Shown */

/**
 * @param {HTMLElement} list
 * @param {number} id
 * @returns {HTMLElement | null}
 */
export function lineOf(list, id) {
  return list.querySelector(`[data-line="${id}"]`);
}

/** @param {HTMLElement} element */
export function idOf(element) {
  return Number(element.dataset.line);
}

/** @param {HTMLElement} element */
export function revisionOf(element) {
  return Number(element.dataset.revision);
}

/** @param {HTMLElement} element */
export function textOf(element) {
  return element.querySelector("[data-text]")?.textContent ?? "";
}

/**
 * The line before or after it, whatever else stands between them.
 *
 * @param {HTMLElement} element
 * @param {1 | -1} step
 * @returns {HTMLElement | null}
 */
export function beside(element, step) {
  let other = element;
  do {
    const next = step === 1 ? other.nextElementSibling : other.previousElementSibling;
    if (!(next instanceof HTMLElement)) return null;
    other = next;
  } while (!other.dataset.line);
  return other;
}

/**
 * @param {HTMLElement} list
 * @param {Shown[]} lines in their order
 * @param {number[]} removed
 */
export function put(list, lines, removed) {
  for (const id of removed) lineOf(list, id)?.remove();
  for (const line of lines) {
    const fresh = made(line.html);
    const old = lineOf(list, line.id);
    if (fresh.id && document.getElementById(fresh.id) && document.getElementById(fresh.id) !== old) {
      fresh.removeAttribute("id"); // two lines begin together
    }
    if (old) old.replaceWith(fresh);
    else insert(list, line, fresh);
  }
  list.dispatchEvent(new CustomEvent("lines-changed"));
}

/**
 * @param {HTMLElement} list
 * @param {Shown} line
 * @param {HTMLElement} fresh
 */
function insert(list, line, fresh) {
  const before = line.after === null ? null : (lineOf(list, line.after) ?? earlier(list, fresh));
  if (before) before.after(fresh);
  else list.prepend(fresh);
}

/**
 * The line after which another one stands by its time: those between are not on the page.
 *
 * @param {HTMLElement} list
 * @param {HTMLElement} fresh
 * @returns {HTMLElement | undefined}
 */
function earlier(list, fresh) {
  const lines = Array.from(/** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll("[data-line]")));
  return lines.findLast((line) => Number(line.dataset.start) <= Number(fresh.dataset.start));
}

/**
 * @param {string} html of one line: the server has written it
 * @returns {HTMLElement}
 */
function made(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return /** @type {HTMLElement} */ (holder.content.firstElementChild);
}
