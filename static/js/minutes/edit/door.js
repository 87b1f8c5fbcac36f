/** @file The one address of corrections: what is asked, one after the other, and what is answered. No document here. */

/**
 * @typedef {object} Shown a line as the server shows it
 * @property {number} id
 * @property {number} revision
 * @property {string} text
 * @property {number | null} after the line that it stands after
 * @property {string} html
 *
 * @typedef {{line: number, revision: number, before: string, after: string}} Found
 *
 * @typedef {object} Answer
 * @property {number} status 0: no answer came
 * @property {string} [code]
 * @property {number | null} [edit]
 * @property {Shown[]} [lines]
 * @property {number[]} [removed]
 * @property {Found[]} [found]
 */

const MOST_KEPT_ALIVE = 15_000; // characters: browsers refuse more than 64 kB

export class Door {
  /**
   * @param {string} url
   * @param {string} token against forged requests
   * @param {typeof fetch} ask
   */
  constructor(url, token, ask = (...asked) => fetch(...asked)) {
    this.url = url;
    this.token = token;
    this.ask = ask;
    /** @type {Promise<unknown>} */
    this.last = Promise.resolve();
  }

  /**
   * In turn: what is asked last sees what was answered before.
   *
   * @param {() => Record<string, unknown>} makeAsked called when its turn has come
   * @returns {Promise<Answer>}
   */
  send(makeAsked) {
    const answer = this.last.then(() => this.post(makeAsked()));
    this.last = answer;
    return answer;
  }

  /**
   * @param {Record<string, unknown>} asked
   * @returns {Promise<Answer>}
   */
  async post(asked) {
    const body = JSON.stringify(asked);
    try {
      const answer = await this.ask(this.url, {
        method: "POST",
        keepalive: body.length < MOST_KEPT_ALIVE, // of who closes the page in the middle of a word
        headers: { "content-type": "application/json", "x-csrftoken": this.token },
        body,
      });
      return { ...(await answer.json()), status: answer.status };
    } catch {
      return { status: 0, code: "offline" };
    }
  }
}
