/** @file The test of the connection, and its report for the support. */

import { checkConnection, reportOf, verdictOf } from "../connection.js";
import { find, onAction } from "./dom.js";

/** @typedef {import("../connection.js").Check} Check */
/** @typedef {import("../words/before/fr.js").BeforeWords} BeforeWords */

export class ConnectionTest {
  #root = find(document, "[data-connection]", HTMLElement);
  #button = find(this.#root, '[data-action="test-connection"]', HTMLButtonElement);
  #note = find(this.#root, '[data-note="connection"]', HTMLElement);
  #result = find(this.#root, "[data-result]", HTMLElement);
  #options;
  #running = false;

  /**
   * @param {object} options
   * @param {string} options.socketUrl
   * @param {RTCIceServer[]} options.iceServers
   * @param {import("../media.js").LocalMedia} options.media
   * @param {BeforeWords} options.words
   * @param {import("../platform.js").Platform} options.platform
   */
  constructor(options) {
    this.#options = options;
    onAction(this.#root, "test-connection", () => void this.#run());
  }

  async #run() {
    if (this.#running) return;
    this.#running = true;
    this.#button.setAttribute("aria-disabled", "true");
    this.#note.textContent = this.#options.words.checking;
    this.#result.hidden = true;
    const checks = await checkConnection(this.#options.socketUrl, this.#options.iceServers);
    this.#show(checks);
    this.#button.setAttribute("aria-disabled", "false");
    this.#running = false;
  }

  /** @param {Check[]} checks */
  #show(checks) {
    const { words, platform, media } = this.#options;
    const report = reportOf({ at: new Date(), platform, checks, problems: media.problems });
    find(this.#result, "[data-list=checks]", HTMLElement).replaceChildren(
      ...checks.flatMap((check) => rowOf(words, check)),
    );
    find(this.#result, "[data-report]", HTMLElement).textContent = report;
    find(this.#result, "[data-copy]", HTMLElement).dataset.copy = report;
    this.#result.hidden = false;
    this.#note.textContent = words.verdicts[verdictOf(checks)];
  }
}

/** @param {BeforeWords} words @param {Check} check */
function rowOf(words, { name, code, ms, via }) {
  const term = document.createElement("dt");
  term.textContent = via ? `${words.checks[name]}, ${via}` : words.checks[name];
  const outcome = document.createElement("dd");
  outcome.dataset.code = code;
  if (code === "ok") outcome.textContent = words.passed(Math.round(ms));
  else outcome.textContent = code === "not-offered" ? words.notOffered : words.failed(code);
  return [term, outcome];
}
