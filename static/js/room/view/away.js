/** @file After the meeting, or instead of it. */

import { CLOSE_ENDED, CLOSE_LEFT, CLOSE_NO_ROOM, CLOSE_REPLACED, CLOSE_SIGNED_OUT, CLOSE_TURNED_OUT } from "../protocol.js";
import { find, onAction, setText } from "./dom.js";

/** @typedef {import("../words.js").Words} Words */
/** @typedef {{title: string, text: string, again: string | null}} Face */

export class Away {
  #root = find(document, 'section[data-stage="away"]', HTMLElement);
  #words;
  #title;

  /**
   * @param {object} options
   * @param {Words} options.words
   * @param {string} options.title of the meeting
   * @param {() => void} options.onRejoin
   */
  constructor({ words, title, onRejoin }) {
    this.#words = words;
    this.#title = title;
    onAction(this.#root, "rejoin", onRejoin);
  }

  /**
   * @param {number} code with which the connection ended
   * @param {string | null} minutes address of the minutes, for those who may read them
   * @param {boolean} wasIn the meeting, and did not only wait for it
   */
  render(code, minutes, wasIn) {
    const { title, text, again } = this.#faceOf(code, wasIn);
    setText(this.#root, "away-title", title);
    setText(this.#root, "away-text", text);
    const button = find(this.#root, '[data-action="rejoin"]', HTMLButtonElement);
    button.textContent = again;
    button.hidden = again === null;
    find(this.#root, '[data-away="minutes"]', HTMLElement).hidden = minutes === null;
    if (minutes !== null) find(this.#root, '[data-link="minutes"]', HTMLAnchorElement).href = minutes;
  }

  /**
   * @param {number} code
   * @param {boolean} wasIn
   * @returns {Face}
   */
  #faceOf(code, wasIn) {
    const words = this.#words;
    switch (code) {
      case CLOSE_LEFT:
        if (!wasIn) return { title: words.gaveUpTitle, text: words.gaveUpText, again: words.again };
        return { title: words.leftTitle, text: words.leftText(this.#title), again: words.again };
      case CLOSE_REPLACED:
        return { title: words.replacedTitle, text: words.replacedText, again: words.here };
      case CLOSE_TURNED_OUT:
        return wasIn
          ? { title: words.removedTitle, text: words.removedText, again: null }
          : { title: words.refusedTitle, text: words.refusedText, again: null };
      case CLOSE_SIGNED_OUT:
        return { title: words.signedOutTitle, text: words.signedOutText, again: null };
      case CLOSE_ENDED:
        return { title: words.overTitle, text: words.overText, again: null };
      case CLOSE_NO_ROOM:
        return { title: words.goneTitle, text: words.goneText, again: null };
      default:
        return { title: words.endedTitle, text: words.endedText, again: words.again };
    }
  }
}
