/** @file The words that were found, marked without touching the text: it can be selected and corrected meanwhile. */

import { placesOf } from "./hits.js";

const NAME = "found-word";

export class Marks {
  /** @param {HTMLElement} list */
  constructor(list) {
    this.list = list;
    /** @type {Set<string>} */
    this.lines = new Set();
    /** @type {Set<string>} */
    this.words = new Set();
    this.highlight = "highlights" in CSS && typeof Highlight === "function" ? new Highlight() : null;
    if (this.highlight) CSS.highlights.set(NAME, this.highlight);
    list.addEventListener("lines-changed", () => this.show());
  }

  /**
   * @param {Iterable<number>} lines
   * @param {Iterable<string>} words in the forms in which these lines say them
   */
  set(lines, words) {
    this.lines = new Set(Array.from(lines, String));
    this.words = new Set(words);
    this.show();
  }

  show() {
    this.highlight?.clear();
    if (!this.highlight || !this.lines.size) return;
    const elements = /** @type {NodeListOf<HTMLElement>} */ (this.list.querySelectorAll("[data-line]"));
    for (const element of elements) {
      if (this.lines.has(element.dataset.line ?? "")) this.mark(element, this.highlight);
    }
  }

  /**
   * @param {HTMLElement} element
   * @param {Highlight} highlight
   */
  mark(element, highlight) {
    const text = element.querySelector("[data-text]")?.firstChild;
    if (!(text instanceof Text)) return;
    for (const [start, end] of placesOf(text.data, this.words)) {
      const range = document.createRange();
      range.setStart(text, start);
      range.setEnd(text, end);
      highlight.add(range);
    }
  }
}
