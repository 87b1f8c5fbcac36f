/** @file A microphone that is open and brings nothing: its own switch, a cable, another one meant. Knows no page. */

const SILENT_MS = 5_000;

export class Silence {
  /** @type {number | null} */
  #since = null;

  /** @param {number} level in [0, 1] @param {number} now in ms. True once nothing at all was heard for five seconds. */
  hear(level, now) {
    if (level > 0) this.#since = now;
    this.#since ??= now;
    return now - this.#since >= SILENT_MS;
  }
}
