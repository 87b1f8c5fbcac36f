/** @file The text of one line while somebody writes in it: saved by itself, and shown twice when another was faster. */

import { idOf, revisionOf, textOf } from "./list.js";

/** @typedef {import("./door.js").Answer} Answer */
/** @typedef {import("./door.js").Shown} Shown */
/** @typedef {import("./host.js").Host} Editor */

const PADDING_PX = 16; // above and below the text
const LINE_PX = 24;
const SAVE_AFTER_MS = 1_200;
const TRY_AGAIN_MS = 5_000;

export class Writing {
  /**
   * @param {Editor} editor
   * @param {HTMLElement} element
   */
  constructor(editor, element) {
    this.editor = editor;
    this.element = element;
    this.id = idOf(element);
    this.saved = textOf(element);
    /** @type {Shown | null} the line as the server shows it now */
    this.shown = null;
    this.timer = 0;
    this.field = document.createElement("textarea");
    this.field.className = "fr-input line__field";
    this.field.rows = 1;
    this.field.value = this.saved;
    this.field.setAttribute("aria-label", `${editor.words.textOf} ${this.named}`);
    element.querySelector("[data-text]")?.after(this.field);
    element.dataset.writing = "";
    this.field.addEventListener("input", () => this.later(SAVE_AFTER_MS));
    this.field.focus();
    this.fit();
  }

  get named() {
    const speaker = this.element.querySelector("[data-speaker]")?.textContent ?? "";
    return `${this.element.querySelector(".line__play")?.lastChild?.textContent ?? ""}, ${speaker}`;
  }

  get isUnsaved() {
    return this.field.value.trim() !== this.saved.trim();
  }

  /** @returns {{left: string, right: string}} at the cursor */
  get halves() {
    return {
      left: this.field.value.slice(0, this.field.selectionStart),
      right: this.field.value.slice(this.field.selectionStart),
    };
  }

  fit() {
    this.field.rows = 1;
    const lines = Math.round((this.field.scrollHeight - PADDING_PX) / LINE_PX);
    this.field.rows = Math.min(12, Math.max(1, lines));
  }

  /** @param {number} ms */
  later(ms) {
    this.fit();
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.save(), ms);
  }

  /** @returns {Promise<boolean>} whether the server has it */
  async save() {
    window.clearTimeout(this.timer);
    if (!this.isUnsaved || this.conflict) return !this.conflict;
    const text = this.field.value;
    this.editor.say("saving");
    const answer = await this.editor.door.send(() => ({
      do: "text",
      line: this.id,
      revision: revisionOf(this.element),
      text,
    }));
    return this.heard(answer, text);
  }

  /**
   * @param {Answer} answer
   * @param {string} text
   */
  heard(answer, text) {
    if (answer.status === 200) {
      this.saved = text;
      this.editor.undoing.did(answer.edit);
      this.keep(answer.lines?.[0]);
      this.editor.say("saved");
      return true;
    }
    const theirs = answer.status === 409 ? answer.lines?.[0] : undefined;
    if (theirs) this.showBoth(theirs);
    else this.editor.say(answer.code ?? "refused");
    if (answer.status === 0) this.later(TRY_AGAIN_MS);
    return false;
  }

  /** @param {Shown | undefined} line */
  keep(line) {
    if (line) {
      this.shown = line;
      this.element.dataset.revision = String(line.revision);
    }
  }

  get conflict() {
    return this.element.querySelector("[data-conflict]");
  }

  /** @param {Shown} theirs */
  showBoth(theirs) {
    this.conflict?.remove();
    const panel = /** @type {HTMLElement} */ (this.editor.cloned("conflict"));
    const text = panel.querySelector("[data-theirs]");
    if (text) text.textContent = theirs.text;
    panel.querySelector("[data-keep=theirs]")?.addEventListener("click", () => {
      this.field.value = this.saved = theirs.text;
      this.keep(theirs);
      panel.remove();
      this.editor.leave();
    });
    panel.querySelector("[data-keep=mine]")?.addEventListener("click", () => {
      this.keep(theirs);
      this.saved = theirs.text;
      panel.remove();
      this.field.focus();
      void this.save();
    });
    this.field.after(panel);
    this.editor.say("changed-meanwhile");
  }

  /** Take the field away. @returns {Shown | null} */
  end() {
    window.clearTimeout(this.timer);
    this.conflict?.remove();
    this.field.remove();
    delete this.element.dataset.writing;
    return this.shown;
  }
}
