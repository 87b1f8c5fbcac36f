/** @file What can be undone and done again, by the numbers of edits. Plain data. */

export class Undoing {
  constructor() {
    /** @type {number[]} */
    this.done = [];
    /** @type {number[]} */
    this.undone = [];
  }

  /** @param {number | null | undefined} edit */
  did(edit) {
    if (edit) {
      this.done.push(edit);
      this.undone = [];
    }
  }

  /** @returns {number | undefined} the edit to undo */
  get next() {
    return this.done.at(-1);
  }

  /** @returns {number | undefined} the undoing to undo */
  get again() {
    return this.undone.at(-1);
  }

  /** @param {number | null | undefined} edit that undid the last one */
  undid(edit) {
    this.done.pop();
    if (edit) this.undone.push(edit);
  }

  /** @param {number | null | undefined} edit that did the last one again */
  redid(edit) {
    this.undone.pop();
    if (edit) this.done.push(edit);
  }

  /** What others have changed since is not undone by us. */
  forget() {
    this.done = [];
    this.undone = [];
  }
}
