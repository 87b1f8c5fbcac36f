/** @file Much news at once becomes few sentences: it is gathered, and told one sentence at a time. Knows no page. */

/** @typedef {import("./words.js").Words} Words */
/** @typedef {"joined" | "left" | "hand" | "waiting" | "chat"} Kind */

/** What waits longest for its turn comes last. */
const KINDS = /** @type {const} */ (["waiting", "hand", "chat", "joined", "left"]);

/** @returns {Record<Kind, string[]>} */
const nothing = () => ({ waiting: [], hand: [], chat: [], joined: [], left: [] });

export class Digest {
  #words;
  #gathered = nothing();

  /** @param {Words} words */
  constructor(words) {
    this.#words = words;
  }

  /**
   * @param {Kind} kind
   * @param {string} what the name of a person; of a message, who and what
   */
  add(kind, what) {
    this.#gathered[kind].push(what);
  }

  /** The next sentence, which sums up one kind of news. @returns {{kind: Kind, text: string} | null} */
  take() {
    const kind = KINDS.find((one) => this.#gathered[one].length > 0);
    if (!kind) return null;
    const text = this.#words[`${kind}News`](this.#gathered[kind]);
    this.#gathered[kind] = [];
    return { kind, text };
  }

  clear() {
    this.#gathered = nothing();
  }
}
