/** @file The question whether one agrees to be recorded: it waits for an answer and stops nothing. */

import { find, onAction } from "./dom.js";

/** @typedef {import("../protocol.js").Choice} Choice */
/** @typedef {import("../protocol.js").Recording} Recording */

export class Consent {
  #sheet = find(document, "[data-consent]", HTMLElement);
  /** @type {string | null} the recording that was asked about */
  #asked = null;
  /** @type {HTMLElement | null} */
  #focusBefore = null;

  /** @param {(choice: Choice) => void} onAnswer */
  constructor(onAnswer) {
    onAction(this.#sheet, "accept-recording", () => this.#answer("accepted", onAnswer));
    onAction(this.#sheet, "decline-recording", () => this.#answer("declined", onAnswer));
  }

  /**
   * Ask once for each recording; withdraw the question when the recording ends.
   *
   * @param {Recording | null} recording
   */
  render(recording) {
    if (!recording) this.#close();
    else if (recording.id !== this.#asked && recording.answer === null) this.ask(recording);
    else if (recording.answer !== null) this.#markAnswer(recording.answer);
    this.#asked = recording?.id ?? null;
  }

  /**
   * Open the question, again if it was answered. Focus goes to it and comes back after.
   *
   * @param {Recording} recording
   */
  ask(recording) {
    this.#asked = recording.id;
    this.#markAnswer(recording.answer);
    if (!this.#sheet.hidden) return;
    this.#focusBefore = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    this.#sheet.hidden = false;
    this.#sheet.focus();
  }

  close() {
    this.#close();
    this.#asked = null;
  }

  /**
   * @param {Choice} choice
   * @param {(choice: Choice) => void} onAnswer
   */
  #answer(choice, onAnswer) {
    onAnswer(choice);
    this.#close();
  }

  #close() {
    if (this.#sheet.hidden) return;
    const wasInside = this.#sheet.contains(document.activeElement);
    this.#sheet.hidden = true;
    if (wasInside) focusAgain(this.#focusBefore);
    this.#focusBefore = null;
  }

  /** @param {Choice | null} answer */
  #markAnswer(answer) {
    for (const [action, choice] of [["accept", "accepted"], ["decline", "declined"]]) {
      const button = find(this.#sheet, `[data-action="${action}-recording"]`, HTMLButtonElement);
      if (answer === null) button.removeAttribute("aria-current");
      else button.setAttribute("aria-current", String(answer === choice));
    }
  }
}

/** Where the person was; where the answer can be changed when they were nowhere. @param {HTMLElement | null} before */
function focusAgain(before) {
  if (before?.isConnected && before !== document.body) before.focus();
  else find(document, '[data-action="open-consent"]', HTMLButtonElement).focus();
}
