/** @file The question before what cannot be undone. */

import { find, setText } from "./dom.js";

/** @typedef {{title: string, text: string, confirm: string}} Question */

export class Confirm {
  #dialog = find(document, '[data-dialog="confirm"]', HTMLDialogElement);
  #act = () => {};

  constructor() {
    this.#dialog.addEventListener("close", () => {
      if (this.#dialog.returnValue === "confirm") this.#act();
    });
  }

  /**
   * @param {Question} question
   * @param {() => void} act when the answer is yes
   */
  ask({ title, text, confirm }, act) {
    this.#act = act;
    this.#dialog.returnValue = "";
    setText(this.#dialog, "confirm-title", title);
    setText(this.#dialog, "confirm-text", text);
    setText(this.#dialog, "confirm-do", confirm);
    this.#dialog.showModal();
  }

  /** Without an answer. */
  close() {
    this.#act = () => {};
    this.#dialog.close();
  }
}
