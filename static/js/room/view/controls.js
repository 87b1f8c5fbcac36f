/** @file The bar of buttons, and the keys that do the same. */

import { mayShareScreen } from "../devices.js";
import { problemSentence } from "../words.js";
import { find, onAction, setText } from "./dom.js";

/** @typedef {import("../state.js").State} State */
/** @typedef {import("../media.js").LocalMedia} LocalMedia */
/** @typedef {import("../words.js").Words} Words */
/** @typedef {import("../protocol.js").Source} Source */

/** @type {Record<string, "microphone" | "camera">} */
const KEYS = { d: "microphone", e: "camera" };

export class Controls {
  #root = find(document, '[data-stage="call"]', HTMLElement);
  #bar = find(this.#root, "[data-toolbar]", HTMLElement);
  #media;
  #words;
  #onProblem;

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
      onAction(this.#bar, `toggle-${source}`, () => void this.#toggle(source));
    }
    onAction(this.#root, "stop-screen", () => void media.turn("screen", false));
    onAction(this.#bar, "leave", onLeave);
    const settings = find(this.#root, '[data-dialog="settings"]', HTMLDialogElement);
    onAction(this.#bar, "open-settings", () => settings.showModal());
  }

  open() {
    document.addEventListener("keydown", this.#pressed);
  }

  close() {
    document.removeEventListener("keydown", this.#pressed);
    for (const dialog of this.#root.querySelectorAll("dialog")) dialog.close();
  }

  /** @param {State} state */
  render({ permissions, participants }) {
    const { on } = this.#media;
    this.#renderToggle("microphone", on.microphone, this.#words.microphoneTitle(on.microphone));
    this.#renderToggle("camera", on.camera, this.#words.cameraTitle(on.camera));
    this.#renderToggle("screen", on.screen, this.#words.screenTitle(on.screen));
    this.#buttonOf("screen").hidden = !(permissions.includes("share-screen") && mayShareScreen());
    setText(this.#bar, "people-count", String(participants.length));
    find(this.#root, '[data-banner="presenting"]', HTMLElement).hidden = !on.screen;
  }

  /** @param {Source} source */
  #buttonOf(source) {
    return find(this.#bar, `[data-action="toggle-${source}"]`, HTMLButtonElement);
  }

  /**
   * @param {Source} source
   * @param {boolean} on
   * @param {string} title
   */
  #renderToggle(source, on, title) {
    const button = this.#buttonOf(source);
    button.setAttribute("aria-pressed", String(on));
    button.title = title;
  }

  /** @param {Source} source */
  async #toggle(source) {
    const wanted = !this.#media.on[source];
    try {
      await this.#media.turn(source, wanted);
    } catch {
      return this.#onProblem(this.#words.shareFailed); // only a screen rejects
    }
    const problem = source === "screen" ? null : this.#media.problems[source];
    if (wanted && problem && source !== "screen") this.#onProblem(problemSentence(this.#words, source, problem));
  }

  /** @param {KeyboardEvent} event */
  #pressed = (event) => {
    const source = event.ctrlKey && !event.altKey && !event.shiftKey ? KEYS[event.key.toLowerCase()] : undefined;
    if (!source) return;
    event.preventDefault();
    if (!event.repeat) void this.#toggle(source);
  };
}
