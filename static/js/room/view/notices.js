/** @file Short messages: seen in a corner, spoken by screen readers, never more often than one can follow. */

import { Digest } from "../digest.js";
import { copyTemplate, find, onAction } from "./dom.js";

const STAY_MS = 6_000;
const GATHER_MS = 1_500; // what happens within that makes one message
const SPOKEN_EVERY_MS = 3_000;
const MOST = 3;

/** @typedef {import("../words.js").Words} Words */
/** @typedef {import("../digest.js").Kind} Kind */
/** @typedef {{text: string, href: string}} Link */
/** @typedef {{isOpen: () => boolean, open: () => void}} Place where news of a kind can be seen */

export class Notices {
  #words;
  #digest;
  #toasts = find(document, "[data-toasts]", HTMLElement);
  #polite = find(document, '[data-live="polite"]', HTMLElement);
  #assertive = find(document, '[data-live="assertive"]', HTMLElement);
  /** @type {string[]} */
  #toSay = [];
  /** @type {Map<Kind, Place>} */
  #places = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} while something was said a moment ago, or is about to be */
  #beating;

  /** @param {Words} words */
  constructor(words) {
    this.#words = words;
    this.#digest = new Digest(words);
    onAction(this.#toasts, "close-toast", (button) => button.closest(".toast")?.remove());
  }

  /**
   * News of this kind offers to open its place, and is only spoken while the place is open.
   *
   * @param {Kind} kind
   * @param {Place} place
   */
  connect(kind, place) {
    this.#places.set(kind, place);
  }

  /**
   * One with a link stays until it is closed.
   *
   * @param {string} text
   * @param {Link} [link]
   */
  show(text, link) {
    this.say(text);
    const toast = this.#addToast(text);
    if (link) addLink(toast, link);
    else setTimeout(() => toast.remove(), STAY_MS);
  }

  /** For ears only, in turn with what else is to be said. @param {string} text */
  say(text) {
    this.#toSay.push(text);
    this.#beat(0);
  }

  /** What cannot wait. @param {string} text */
  warn(text) {
    this.#assertive.textContent = text;
  }

  /**
   * What happens often: told together with what is like it.
   *
   * @param {Kind} kind
   * @param {string} what
   */
  gather(kind, what) {
    this.#digest.add(kind, what);
    this.#beat(GATHER_MS);
  }

  clear() {
    clearTimeout(this.#beating);
    this.#beating = undefined;
    this.#digest.clear();
    this.#toSay = [];
    this.#toasts.replaceChildren();
    this.#polite.textContent = this.#assertive.textContent = "";
  }

  /** @param {number} delay_ms */
  #beat(delay_ms) {
    this.#beating ??= setTimeout(() => this.#speak(), delay_ms);
  }

  #speak() {
    this.#beating = undefined;
    const text = this.#toSay.length > 0 ? this.#toSay.splice(0).join(" ") : this.#tellNext();
    if (text === null) return;
    this.#polite.textContent = text;
    this.#beat(SPOKEN_EVERY_MS);
  }

  #tellNext() {
    const news = this.#digest.take();
    if (!news) return null;
    const place = this.#places.get(news.kind);
    if (!place?.isOpen()) this.#showNews(news.text, place);
    return news.text;
  }

  /**
   * @param {string} text
   * @param {Place | undefined} place
   */
  #showNews(text, place) {
    const toast = this.#addToast(text);
    if (place) this.#addButton(toast, place);
    setTimeout(() => toast.remove(), STAY_MS);
  }

  /** @param {string} text */
  #addToast(text) {
    const toast = copyTemplate("toast");
    find(toast, ".toast__text", HTMLElement).textContent = text;
    this.#toasts.append(toast);
    while (this.#toasts.childElementCount > MOST) this.#toasts.firstElementChild?.remove();
    return toast;
  }

  /**
   * @param {HTMLElement} toast
   * @param {Place} place
   */
  #addButton(toast, place) {
    const button = find(toast, "button.toast__link", HTMLButtonElement);
    button.textContent = this.#words.see;
    button.hidden = false;
    button.addEventListener("click", () => {
      toast.remove();
      place.open();
    });
  }
}

/**
 * @param {HTMLElement} toast
 * @param {Link} link
 */
function addLink(toast, { text, href }) {
  const anchor = find(toast, "a.toast__link", HTMLAnchorElement);
  anchor.textContent = text;
  anchor.href = href;
  anchor.hidden = false;
}
