/** @file Short messages: seen in a corner, spoken by screen readers, never more often than one can follow. */

import { copyTemplate, find, onAction } from "./dom.js";

const STAY_MS = 6_000;
const GATHER_MS = 1_500; // people who come within that make one message
const SPOKEN_EVERY_MS = 1_500;
const MOST = 3;

/** @typedef {import("../words.js").Words} Words */
/** @typedef {{text: string, href: string}} Link */

export class Notices {
  #words;
  #toasts = find(document, "[data-toasts]", HTMLElement);
  #polite = find(document, '[data-live="polite"]', HTMLElement);
  #assertive = find(document, '[data-live="assertive"]', HTMLElement);
  /** @type {string[]} */
  #toSay = [];
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #speaking;
  /** @type {{joined: string[], left: string[]}} */
  #gathered = { joined: [], left: [] };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #gathering;

  /** @param {Words} words */
  constructor(words) {
    this.#words = words;
    onAction(this.#toasts, "close-toast", (button) => button.closest(".toast")?.remove());
  }

  /**
   * One with a link stays until it is closed.
   *
   * @param {string} text
   * @param {Link} [link]
   */
  show(text, link) {
    this.say(text);
    const toast = copyTemplate("toast");
    find(toast, ".toast__text", HTMLElement).textContent = text;
    if (link) addLink(toast, link);
    else setTimeout(() => toast.remove(), STAY_MS);
    this.#toasts.append(toast);
    while (this.#toasts.childElementCount > MOST) this.#toasts.firstElementChild?.remove();
  }

  /** For ears only, in turn with what else is to be said. @param {string} text */
  say(text) {
    this.#toSay.push(text);
    if (this.#speaking !== undefined) return;
    this.#speaking = setInterval(() => this.#sayNext(), SPOKEN_EVERY_MS);
    this.#sayNext();
  }

  /** What cannot wait. @param {string} text */
  warn(text) {
    this.#assertive.textContent = text;
  }

  /**
   * @param {"joined" | "left"} how
   * @param {string} name
   */
  gather(how, name) {
    this.#gathered[how].push(name);
    this.#gathering ??= setTimeout(() => this.#showGathered(), GATHER_MS);
  }

  clear() {
    clearTimeout(this.#gathering);
    clearInterval(this.#speaking);
    this.#gathering = this.#speaking = undefined;
    this.#gathered = { joined: [], left: [] };
    this.#toSay = [];
    this.#toasts.replaceChildren();
    this.#polite.textContent = this.#assertive.textContent = "";
  }

  #sayNext() {
    const text = this.#toSay.shift();
    if (text !== undefined) this.#polite.textContent = text;
    if (text !== undefined) return;
    clearInterval(this.#speaking);
    this.#speaking = undefined;
  }

  #showGathered() {
    const { joined, left } = this.#gathered;
    this.#gathering = undefined;
    this.#gathered = { joined: [], left: [] };
    if (joined.length > 0) this.show(this.#words.joined(joined));
    if (left.length > 0) this.show(this.#words.left(left));
  }
}

/**
 * @param {HTMLElement} toast
 * @param {Link} link
 */
function addLink(toast, { text, href }) {
  const anchor = find(toast, ".toast__link", HTMLAnchorElement);
  anchor.textContent = text;
  anchor.href = href;
  anchor.hidden = false;
}
