/** @file The bar of buttons: what we send, and leaving. */

import { mayShareScreen } from "../devices.js";
import { problemSentence, sentenceOf } from "../words.js";
import { mayUnmute } from "../state.js";
import { find, findAll, onAction, setText } from "./dom.js";

/** @typedef {import("../state.js").State} State */
/** @typedef {import("../media.js").LocalMedia} LocalMedia */
/** @typedef {import("../words.js").Words} Words */
/** @typedef {import("../protocol.js").Switch} Switch */

export class Controls {
  #root = find(document, '[data-stage="call"]', HTMLElement);
  #bar = find(this.#root, "[data-toolbar]", HTMLElement);
  #media;
  #words;
  #onProblem;
  #mayUnmute = true;

  /**
   * @param {object} options
   * @param {LocalMedia} options.media
   * @param {Words} options.words
   * @param {() => void} options.onLeave
   * @param {(sentence: string) => void} options.onProblem
   */
  constructor({ media, words, onLeave, onProblem }) {
    this.#media = media;
    this.#words = words;
    this.#onProblem = onProblem;
    for (const source of /** @type {const} */ (["microphone", "camera", "screen"])) {
      onAction(this.#root, `toggle-${source}`, () => void this.toggle(source));
    }
    onAction(this.#root, "stop-screen", () => void media.turn("screen", false));
    onAction(this.#root, "leave", onLeave);
    const settings = find(this.#root, '[data-dialog="settings"]', HTMLDialogElement);
    onAction(this.#root, "open-settings", () => settings.showModal());
  }

  /** Whether no organiser keeps our microphone off. */
  get mayUnmute() {
    return this.#mayUnmute;
  }

  close() {
    for (const dialog of this.#root.querySelectorAll("dialog")) dialog.close();
  }

  /** @param {State} state */
  render(state) {
    const { permissions, participants } = state;
    const { on } = this.#media;
    this.#mayUnmute = mayUnmute(state);
    this.#renderToggle("microphone", on.microphone, this.#words.microphoneTitle(on.microphone));
    this.#renderToggle("camera", on.camera, this.#words.cameraTitle(on.camera));
    this.#renderToggle("screen", on.screen, this.#words.screenTitle(on.screen));
    const mayShare = permissions.includes("share-screen") && mayShareScreen();
    const sharing = findAll(this.#root, '[data-action="toggle-screen"]', HTMLButtonElement);
    for (const button of sharing) button.hidden = !mayShare;
    setText(this.#root, "screen", this.#words.screenTitle(on.screen));
    setText(this.#bar, "people-count", String(participants.length));
    find(this.#root, '[data-banner="presenting"]', HTMLElement).hidden = !on.screen;
  }

  /** @param {Switch} source */
  #buttonOf(source) {
    return find(this.#bar, `[data-action="toggle-${source}"]`, HTMLButtonElement);
  }

  /**
   * @param {Switch} source
   * @param {boolean} on
   * @param {string} title
   */
  #renderToggle(source, on, title) {
    const button = this.#buttonOf(source);
    button.setAttribute("aria-pressed", String(on));
    button.title = title;
  }

  /** @param {Switch} source */
  async toggle(source) {
    const wanted = !this.#media.on[source];
    if (wanted && source === "microphone" && !this.#mayUnmute) {
      return this.#onProblem(sentenceOf(this.#words, "microphone-held"));
    }
    try {
      await this.#media.turn(source, wanted);
    } catch {
      return this.#onProblem(this.#words.shareFailed); // only a screen rejects
    }
    const problem = source === "screen" ? null : this.#media.problems[source];
    if (wanted && problem && source !== "screen") this.#onProblem(problemSentence(this.#words, source, problem));
  }
}
