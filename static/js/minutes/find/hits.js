/** @file The lines that were found, and which of them is shown. Plain data. */

/** @typedef {{line: number, start: number}} Hit */

export class Hits {
  /**
   * @param {Hit[]} found in their order
   * @param {boolean} hasMore
   */
  constructor(found = [], hasMore = false) {
    this.found = found;
    this.hasMore = hasMore;
    this.place = 0;
  }

  /** @returns {Hit | undefined} */
  get current() {
    return this.found[this.place];
  }

  /** To the first one from a second on; to the very first, past the last one. @param {number} seconds */
  startAt(seconds) {
    this.place = Math.max(
      0,
      this.found.findIndex((hit) => hit.start >= seconds - 0.01), // links are written in hundredths
    );
  }

  /** Round and round. @param {1 | -1} by */
  step(by) {
    this.place = this.found.length ? (this.place + by + this.found.length) % this.found.length : 0;
  }

  /** @param {number} line */
  goTo(line) {
    this.place = Math.max(
      0,
      this.found.findIndex((hit) => hit.line === line),
    );
  }

  /** The current one was removed by somebody: what came after it takes its place. */
  drop() {
    this.found.splice(this.place, 1);
    if (this.place >= this.found.length) this.place = 0;
  }
}

/**
 * Where a text says one of these words. A word is what the server takes for one.
 *
 * @param {string} text
 * @param {Set<string>} words
 * @returns {[start: number, end: number][]}
 */
export function placesOf(text, words) {
  return Array.from(text.matchAll(/[\p{L}\p{N}_]+/gu))
    .filter((match) => words.has(match[0]))
    .map((match) => [match.index, match.index + match[0].length]);
}
