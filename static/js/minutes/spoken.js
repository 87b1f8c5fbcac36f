/** @file The word that is heard, marked without touching the text: it can be selected and corrected meanwhile. */

const NAME = "spoken-word";

/** @typedef {[from: number, to: number, start: number, end: number]} Span seconds of the track, places in the text */

/**
 * The last word that has begun, if it is heard still.
 *
 * @param {Span[]} spans in their order
 * @param {number} seconds
 * @returns {Span | undefined}
 */
export function spanAt(spans, seconds) {
  const begun = spans.findLast((span) => span[0] <= seconds);
  return begun && seconds < begun[1] + 0.2 ? begun : undefined;
}

export class Spoken {
  /** @param {string} url of the lines */
  constructor(url) {
    this.url = url;
    /** @type {Map<string, Span[]>} by the number of a line and its revision */
    this.known = new Map();
    this.highlight = "highlights" in CSS && typeof Highlight === "function" ? new Highlight() : null;
    if (this.highlight) CSS.highlights.set(NAME, this.highlight);
  }

  /** @param {HTMLElement} element */
  keyOf(element) {
    return `${element.dataset.line}.${element.dataset.revision}`;
  }

  /** @param {HTMLElement} element a line: its words are asked for once */
  async learn(element) {
    const key = this.keyOf(element);
    if (!this.highlight || this.known.has(key)) return;
    this.known.set(key, []);
    try {
      const answer = await fetch(`${this.url}${element.dataset.line}/mots.json`);
      const { revision, words } = answer.ok ? await answer.json() : { revision: -1, words: [] };
      if (String(revision) === element.dataset.revision) this.known.set(key, words);
    } catch {
      this.known.delete(key); // no connection: another time
    }
  }

  /**
   * @param {HTMLElement} element
   * @param {number} seconds of the track
   */
  show(element, seconds) {
    const text = element.querySelector("[data-text]")?.firstChild;
    const span = spanAt(this.known.get(this.keyOf(element)) ?? [], seconds);
    this.highlight?.clear();
    if (!this.highlight || !span || !(text instanceof Text) || span[3] > text.length) return;
    const range = document.createRange();
    range.setStart(text, span[2]);
    range.setEnd(text, span[3]);
    this.highlight.add(range);
  }

  clear() {
    this.highlight?.clear();
  }
}
