/** @file The question whether one agrees to be recorded: it waits for an answer and stops nothing. */

import { find, setText } from "./dom.js";

/** @typedef {import("../protocol.js").Choice} Choice */
/** @typedef {import("../protocol.js").AnswerDetails} AnswerDetails */
/** @typedef {import("../protocol.js").Recording} Recording */
/** @typedef {import("../words.js").Words} Words */
/** @typedef {(choice: Choice, details: AnswerDetails) => void} OnAnswer */

export class Consent {
  #sheet = find(document, "[data-consent]", HTMLElement);
  #picture = find(this.#sheet, '[data-input="keep-picture"]', HTMLInputElement);
  #words;
  #lang;
  #onAnswer;
  /** Whether words may be kept, if one agrees. */
  #mayWrite = false;
  /** @type {string | null} the recording that was asked about */
  #asked = null;
  /** @type {HTMLElement | null} */
  #focusBefore = null;

  /**
   * @param {object} options
   * @param {Words} options.words
   * @param {"fr" | "en"} options.lang
   * @param {OnAnswer} options.onAnswer
   */
  constructor({ words, lang, onAnswer }) {
    this.#words = words;
    this.#lang = lang;
    this.#onAnswer = onAnswer;
    this.#sheet.addEventListener("click", (event) => this.#pressed(event));
  }

  /**
   * Ask once for each recording; withdraw the question when the recording ends.
   *
   * @param {Recording | null} recording
   */
  render(recording) {
    if (!recording) this.#close();
    else if (recording.id !== this.#asked && recording.answer === null) this.ask(recording);
    else if (recording.answer !== null) this.#markAnswer(recording);
    this.#asked = recording?.id ?? null;
  }

  /**
   * Open the question, again if it was answered. Focus goes to it and comes back after.
   *
   * @param {Recording} recording
   */
  ask(recording) {
    this.#asked = recording.id;
    this.#describe(recording);
    this.#markAnswer(recording);
    if (!this.#sheet.hidden) return;
    this.#focusBefore = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    this.#sheet.hidden = false;
    this.#sheet.focus();
  }

  close() {
    this.#close();
    this.#asked = null;
  }

  /** @param {Recording} recording */
  #describe({ purpose }) {
    this.#mayWrite = purpose?.transcript ?? true;
    this.#picture.checked = false;
    find(this.#sheet, "[data-picture]", HTMLElement).hidden = !purpose?.picture;
    this.#button("accept-sound").hidden = !this.#mayWrite;
    if (!purpose) return;
    const words = this.#words;
    setText(this.#sheet, "consent-purpose", words.consentPurpose(purpose.label[this.#lang], purpose.text[this.#lang]));
    setText(this.#sheet, "consent-facts", words.consentFacts(words.legalBases[purpose.basis], purpose.days));
  }

  /** A key that presses a button makes a click without a place. @param {MouseEvent} event */
  #pressed(event) {
    const button = event.target instanceof Element ? event.target.closest("button[data-action]") : null;
    if (!(button instanceof HTMLButtonElement)) return;
    const { action } = button.dataset;
    const accepts = action !== "decline-recording";
    this.#onAnswer(accepts ? "accepted" : "declined", {
      transcript: action === "accept-recording" && this.#mayWrite,
      picture: accepts && this.#picture.checked,
      way: event.detail === 0 ? "keyboard" : "screen",
      language: this.#lang,
    });
    this.#close();
  }

  #close() {
    if (this.#sheet.hidden) return;
    const wasInside = this.#sheet.contains(document.activeElement);
    this.#sheet.hidden = true;
    if (wasInside) focusAgain(this.#focusBefore);
    this.#focusBefore = null;
  }

  /** @param {Recording} recording */
  #markAnswer({ answer, transcript }) {
    const given = answer === "declined" ? "decline" : transcript || !this.#mayWrite ? "accept" : "accept-sound";
    for (const action of ["accept", "accept-sound", "decline"]) {
      const button = this.#button(action);
      if (answer === null) button.removeAttribute("aria-current");
      else button.setAttribute("aria-current", String(action === given));
    }
  }

  /** @param {string} action */
  #button(action) {
    return find(this.#sheet, `[data-action="${action}-recording"]`, HTMLButtonElement);
  }
}

/** Where the person was; where the answer can be changed when they were nowhere. @param {HTMLElement | null} before */
function focusAgain(before) {
  if (before?.isConnected && before !== document.body) before.focus();
  else find(document, '[data-action="open-consent"]', HTMLButtonElement).focus();
}
