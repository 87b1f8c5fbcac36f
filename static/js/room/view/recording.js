/** @file Recording: the indicator that cannot be missed, and the button that starts and stops it. */

import { find, findAll, onAction, setText } from "./dom.js";

/** @typedef {import("../state.js").State} State */
/** @typedef {import("../words.js").Words} Words */

export class RecordingControls {
  #call = find(document, '[data-stage="call"]', HTMLElement);
  #indicator = find(this.#call, "[data-recording]", HTMLElement);
  #buttons = findAll(this.#call, '[data-action="record"]', HTMLButtonElement); // in the bar, and in its menu
  #dialog = find(this.#call, '[data-dialog="record"]', HTMLDialogElement);
  #words;
  #recording = false;

  /**
   * @param {object} options
   * @param {Words} options.words
   * @param {(wanted: {purpose: string | null, announced: boolean}) => void} options.onStart
   * @param {() => void} options.onStop
   * @param {() => void} options.onOpenConsent
   */
  constructor({ words, onStart, onStop, onOpenConsent }) {
    this.#words = words;
    onAction(this.#call, "record", () => this.#confirm());
    onAction(this.#indicator, "open-consent", onOpenConsent);
    this.#dialog.addEventListener("close", () => {
      if (this.#dialog.returnValue !== "confirm") return;
      if (this.#dialog.dataset.about === "stop") onStop();
      else onStart(this.#wanted());
    });
  }

  /** @param {State} state */
  render({ recording, permissions }) {
    const words = this.#words;
    this.#recording = recording !== null;
    for (const button of this.#buttons) {
      button.hidden = !permissions.includes("record");
      button.dataset.on = String(this.#recording);
      setText(button, "record", recording ? words.stopRecording : words.startRecording);
    }
    this.#indicator.hidden = !recording;
    this.#indicator.dataset.answer = recording?.answer ?? "";
    if (!recording) return;
    const wordless = (recording.purpose?.transcript ?? true) && !recording.transcript;
    const accepted = wordless ? words.youOnRecordWordless : words.youOnRecord;
    const own = { accepted, declined: words.youOffRecord };
    setText(this.#indicator, "own-answer", recording.answer ? own[recording.answer] : words.youNotAnswered);
    const change = find(this.#indicator, '[data-action="open-consent"]', HTMLButtonElement);
    change.textContent = recording.answer ? words.change : words.answer;
  }

  #wanted() {
    const purpose = this.#dialog.querySelector('[name="purpose"]:checked');
    return {
      purpose: purpose instanceof HTMLInputElement ? purpose.value : null,
      announced: find(this.#dialog, '[data-input="announce"]', HTMLInputElement).checked,
    };
  }

  /** Everybody will be asked: say so before. */
  #confirm() {
    const about = this.#recording ? "stop" : "start";
    this.#dialog.dataset.about = about;
    this.#dialog.returnValue = "";
    find(this.#dialog, "[data-choices]", HTMLElement).hidden = about === "stop";
    setText(this.#dialog, "record-title", this.#words[`${about}Title`]);
    setText(this.#dialog, "record-text", this.#words[`${about}Text`]);
    setText(this.#dialog, "record-confirm", this.#words[`${about}Confirm`]);
    this.#dialog.showModal();
  }
}
