/** @file Says to the server which pictures are shown, and how wide, so that it sends no others. Knows no page. */

const AT_MOST_EVERY_MS = 200;
const MOST = 60; // the server reads no more
const STEP = 20; // pixels: a window that is dragged is not worth a message for each of them

/** @typedef {import("./protocol.js").Say} Say */
/** @typedef {import("./protocol.js").ViewedTile} ViewedTile */

/** @param {ViewedTile} tile */
const keyOf = ({ participant, source }) => `${source} ${participant}`;

export class Viewing {
  #say;
  /** @type {readonly ViewedTile[]} */
  #tiles = [];
  #said = "";
  #saidAt = -Infinity;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #later;

  /** @param {Say} say */
  constructor(say) {
    this.#say = say;
  }

  /** @param {readonly ViewedTile[]} tiles */
  show(tiles) {
    this.#tiles = tiles.slice(0, MOST).map((tile) => ({ ...tile, width: Math.ceil(tile.width / STEP) * STEP }));
    this.#tellSoon();
  }

  /** Whether a picture should be coming. @param {string} participant @param {"camera" | "screen"} source */
  shows(participant, source) {
    return this.#tiles.some((tile) => keyOf(tile) === `${source} ${participant}`);
  }

  /** We joined again: the server has forgotten. */
  forget() {
    this.#said = "";
  }

  close() {
    clearTimeout(this.#later);
    this.#later = undefined;
    this.#tiles = [];
    this.forget();
  }

  #tellSoon() {
    if (this.#later !== undefined) return;
    const wait = this.#saidAt + AT_MOST_EVERY_MS - performance.now();
    if (wait <= 0) return this.#tell();
    this.#later = setTimeout(() => {
      this.#later = undefined;
      this.#tell();
    }, wait);
  }

  #tell() {
    const text = JSON.stringify(this.#tiles);
    if (text === this.#said || !this.#say({ type: "view", tiles: this.#tiles })) return;
    this.#said = text;
    this.#saidAt = performance.now();
  }
}
