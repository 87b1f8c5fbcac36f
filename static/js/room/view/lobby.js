/** @file While one waits to be let in: oneself, what the organisers say, and the way out. */

import { find, onAction, showTrack } from "./dom.js";

/** @typedef {import("../media.js").LocalMedia} LocalMedia */
/** @typedef {import("../words.js").Words} Words */

export class Lobby {
  #root = find(document, 'section[data-stage="waiting"]', HTMLElement);
  #video = find(this.#root, '[data-video="waiting"]', HTMLVideoElement);
  #media;
  #words;
  #isOpen = false;

  /**
   * @param {object} options
   * @param {LocalMedia} options.media
   * @param {Words} options.words
   * @param {() => void} options.onLeave
   */
  constructor({ media, words, onLeave }) {
    this.#media = media;
    this.#words = words;
    onAction(this.#root, "toggle-microphone", () => void media.turn("microphone", !media.on.microphone));
    onAction(this.#root, "toggle-camera", () => void media.turn("camera", !media.on.camera));
    onAction(this.#root, "leave", onLeave);
  }

  get isOpen() {
    return this.#isOpen;
  }

  /** @param {string} text what the organisers say to those who wait */
  open(text) {
    this.#told(text);
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#media.addEventListener("change", this.#render);
    this.#render();
  }

  close() {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#media.removeEventListener("change", this.#render);
    showTrack(this.#video, null);
    this.setLost(false);
  }

  /** @param {boolean} lost the connection is; the next one is on its way */
  setLost(lost) {
    find(this.#root, "[data-lost]", HTMLElement).hidden = !lost;
  }

  /** @param {string} text */
  #told(text) {
    const words = find(this.#root, '[data-text="told"]', HTMLElement);
    if (words.textContent !== text) words.textContent = text;
    find(this.#root, "[data-told]", HTMLElement).classList.toggle("lobby__told--empty", text === "");
  }

  #render = () => {
    const { on, tracks } = this.#media;
    this.#renderToggle("microphone", on.microphone, this.#words.microphoneTitle(on.microphone));
    this.#renderToggle("camera", on.camera, this.#words.cameraTitle(on.camera));
    showTrack(this.#video, tracks.camera);
    this.#video.hidden = !tracks.camera;
    const note = find(this.#root, '[data-note="camera"]', HTMLElement);
    note.textContent = tracks.camera ? "" : this.#words.cameraOff;
  };

  /**
   * @param {"microphone" | "camera"} source
   * @param {boolean} on
   * @param {string} title
   */
  #renderToggle(source, on, title) {
    const button = find(this.#root, `[data-action="toggle-${source}"]`, HTMLButtonElement);
    button.setAttribute("aria-pressed", String(on));
    button.title = title;
  }
}
