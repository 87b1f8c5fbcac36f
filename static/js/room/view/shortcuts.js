/** @file The keys of the meeting, and the page that tells them. */

import { find, onAction } from "./dom.js";

/** @typedef {import("../media.js").LocalMedia} LocalMedia */

/**
 * @typedef {object} Deeds
 * @property {() => void} microphone
 * @property {() => void} camera
 * @property {() => void} hand
 * @property {() => void} chat
 * @property {() => void} people
 * @property {() => void} closePanel
 */

/** @type {Record<string, "microphone" | "camera">} */
const WITH_CONTROL = { d: "microphone", e: "camera" };
/** @type {Record<string, "hand" | "chat" | "people">} */
const WITH_CONTROL_ALT = { h: "hand", c: "chat", p: "people" };
const SINGLE_KEYS = "visio:single-keys"; // "off": who dictates, or trembles, has no key that acts by itself
const FIELDS = "input, textarea, select, [contenteditable]";
const TAKES_SPACE = `${FIELDS}, button, a[href], summary, dialog, [role="menu"]`;
const SOMETHING_OPEN = ":popover-open, dialog[open]";

export class Shortcuts {
  #help = find(document, '[data-dialog="shortcuts"]', HTMLDialogElement);
  #box = find(this.#help, '[data-input="single-keys"]', HTMLInputElement);
  #deeds;
  #media;
  #mayTalk;
  #isPushing = false;

  /**
   * @param {object} options
   * @param {Deeds} options.deeds
   * @param {LocalMedia} options.media
   * @param {() => boolean} options.mayTalk no organiser holds our microphone
   */
  constructor({ deeds, media, mayTalk }) {
    this.#deeds = deeds;
    this.#media = media;
    this.#mayTalk = mayTalk;
    this.#box.checked = localStorage.getItem(SINGLE_KEYS) !== "off";
    this.#box.addEventListener("change", () => localStorage.setItem(SINGLE_KEYS, this.#box.checked ? "on" : "off"));
    onAction(find(document, '[data-stage="call"]', HTMLElement), "open-shortcuts", () => this.#help.showModal());
  }

  open() {
    document.addEventListener("keydown", this.#pressed);
    document.addEventListener("keyup", this.#released);
    addEventListener("blur", this.#stopPushing);
  }

  close() {
    document.removeEventListener("keydown", this.#pressed);
    document.removeEventListener("keyup", this.#released);
    removeEventListener("blur", this.#stopPushing);
    this.#stopPushing();
  }

  /** @param {KeyboardEvent} event */
  #pressed = (event) => {
    const deed = deedOf(event);
    if (deed) {
      event.preventDefault();
      if (!event.repeat) this.#deeds[deed]();
    } else if (event.key === "Escape") {
      if (!document.querySelector(SOMETHING_OPEN)) this.#deeds.closePanel();
    } else if (this.#box.checked && !event.ctrlKey && !event.altKey && !event.metaKey) this.#pressedSingle(event);
  };

  /** @param {KeyboardEvent} event */
  #pressedSingle(event) {
    if (event.key === "?" && !isIn(event, FIELDS) && !document.querySelector(SOMETHING_OPEN)) {
      event.preventDefault();
      this.#help.showModal();
    }
    if (event.key === " " && !isIn(event, TAKES_SPACE)) this.#push(event);
  }

  /** @param {KeyboardEvent} event */
  #push(event) {
    event.preventDefault(); // the page does not scroll
    if (event.repeat || this.#isPushing || this.#media.on.microphone || !this.#mayTalk()) return;
    this.#isPushing = true;
    void this.#media.turn("microphone", true);
  }

  /** @param {KeyboardEvent} event */
  #released = (event) => {
    if (event.key === " ") this.#stopPushing();
  };

  #stopPushing = () => {
    if (!this.#isPushing) return;
    this.#isPushing = false;
    void this.#media.turn("microphone", false);
  };
}

/** AltGr is Ctrl + Alt to some systems, and writes letters: not in a field. @param {KeyboardEvent} event */
function deedOf(event) {
  if (!event.ctrlKey || event.shiftKey || event.metaKey) return undefined;
  if (!event.altKey) return WITH_CONTROL[event.key.toLowerCase()];
  if (event.getModifierState("AltGraph") && isIn(event, FIELDS)) return undefined;
  const letter = event.code.startsWith("Key") ? event.code.slice(3) : event.key; // Alt can make it another one
  return WITH_CONTROL_ALT[event.key.toLowerCase()] ?? WITH_CONTROL_ALT[letter.toLowerCase()];
}

/**
 * @param {KeyboardEvent} event
 * @param {string} selector
 */
function isIn(event, selector) {
  return event.target instanceof Element && event.target.closest(selector) !== null;
}
