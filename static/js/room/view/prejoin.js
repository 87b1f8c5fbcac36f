/** @file Before the meeting: see oneself, try the microphone, give one's name, join. */

import { watchLevel } from "../level.js";
import { isRefused } from "../permissionhelp.js";
import { Silence } from "../silence.js";
import { problemSentence } from "../words.js";
import { find, findAll, onAction, showTrack } from "./dom.js";

/** @typedef {import("../media.js").LocalMedia} LocalMedia */
/** @typedef {import("../words.js").Words} Words */
/** @typedef {import("../protocol.js").Entry} Entry */

export class Prejoin {
  #root = find(document, '[data-stage="prejoin"]', HTMLElement);
  #form = find(this.#root, '[data-form="join"]', HTMLFormElement);
  #video = find(this.#root, '[data-video="preview"]', HTMLVideoElement);
  #bars = findAll(this.#root, ".meter__bar", HTMLElement);
  #name = this.#root.querySelector('[data-input="name"]');
  #media;
  #words;
  #beforeWords;
  #joinLabel = find(this.#form, '[data-action="join"]', HTMLButtonElement).textContent;
  #isOpen = false;
  #asking = false;
  /** @type {MediaStreamTrack | null} */
  #heard = null;
  #isSilent = false;
  #stopLevel = () => {};

  /**
   * @param {object} options
   * @param {LocalMedia} options.media
   * @param {Words} options.words
   * @param {import("../words/before/fr.js").BeforeWords} options.beforeWords
   * @param {(entry: Entry) => void} options.onJoin
   */
  constructor({ media, words, beforeWords, onJoin }) {
    this.#media = media;
    this.#words = words;
    this.#beforeWords = beforeWords;
    onAction(this.#root, "toggle-microphone", () => void media.turn("microphone", !media.on.microphone));
    onAction(this.#root, "toggle-camera", () => void media.turn("camera", !media.on.camera));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      const entry = this.#readEntry();
      if (entry) onJoin(entry);
    });
  }

  /** Ask for the devices and show them, until `close`. */
  async open() {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#asking = true;
    this.#media.addEventListener("change", this.#render);
    this.#render();
    await this.#media.open();
    this.#asking = false;
    this.#render();
  }

  /** The devices stay open: the meeting goes on with them. */
  close() {
    this.#isOpen = false;
    this.#media.removeEventListener("change", this.#render);
    this.#listenTo(null);
    showTrack(this.#video, null);
    this.showError("");
  }

  /** @param {boolean} busy */
  setBusy(busy) {
    const button = find(this.#form, '[data-action="join"]', HTMLButtonElement);
    button.toggleAttribute("data-busy", busy);
    button.textContent = busy ? this.#words.connecting : this.#joinLabel;
    button.setAttribute("aria-disabled", String(busy));
  }

  /** @param {string} text nothing hides it */
  showError(text) {
    const alert = find(this.#root, '[data-error="join"]', HTMLElement);
    find(alert, "p", HTMLElement).textContent = text;
    alert.hidden = text === "";
  }

  /** @param {string} text nothing hides it */
  showNameError(text) {
    if (!(this.#name instanceof HTMLInputElement)) return this.showError(text);
    find(this.#root, '[data-group="name"]', HTMLElement).classList.toggle("fr-input-group--error", text !== "");
    this.#name.classList.toggle("fr-input--error", text !== "");
    this.#name.setAttribute("aria-invalid", String(text !== ""));
    const messages = find(this.#root, '[data-messages="name"]', HTMLElement);
    messages.replaceChildren(...(text ? [errorMessage(text)] : []));
    if (text) this.#name.focus();
  }

  /** @returns {Entry | null} null when something is missing, which is then said */
  #readEntry() {
    const shared = find(this.#root, '[data-input="shared-microphone"]', HTMLInputElement).checked;
    if (!(this.#name instanceof HTMLInputElement)) return { name: null, shared_microphone: shared };
    const name = this.#name.value.trim().replace(/\s+/gu, " ");
    this.showNameError(name ? "" : this.#words.nameRequired);
    return name ? { name, shared_microphone: shared } : null;
  }

  #render = () => {
    const { on, tracks } = this.#media;
    this.#renderToggle("microphone", on.microphone, this.#words.microphoneTitle(on.microphone));
    this.#renderToggle("camera", on.camera, this.#words.cameraTitle(on.camera));
    showTrack(this.#video, tracks.camera);
    this.#video.hidden = !tracks.camera;
    this.#note("camera", this.#cameraNote());
    this.#note("microphone", this.#microphoneNote());
    this.#listenTo(on.microphone ? tracks.microphone : null);
  };

  /**
   * @param {"microphone" | "camera"} source
   * @param {boolean} on
   * @param {string} title
   */
  #renderToggle(source, on, title) {
    const button = find(this.#root, `[data-action="toggle-${source}"]`, HTMLButtonElement);
    button.disabled = this.#asking;
    button.setAttribute("aria-pressed", String(on));
    button.title = title;
  }

  /**
   * @param {"camera" | "microphone"} about
   * @param {string} text
   */
  #note(about, text) {
    const note = find(this.#root, `[data-note="${about}"]`, HTMLElement);
    if (note.textContent !== text) note.textContent = text;
    note.classList.toggle("note--problem", about === "microphone" && this.#media.problems.microphone !== null);
  }

  #cameraNote() {
    const { tracks, problems } = this.#media;
    if (tracks.camera) return "";
    if (this.#asking) return this.#words.cameraAsking;
    return problems.camera ? problemSentence(this.#words, "camera", problems.camera) : this.#words.cameraOff;
  }

  #microphoneNote() {
    const { on, problems } = this.#media;
    if (this.#asking) return "";
    if (isRefused(problems.microphone)) return this.#beforeWords.microphoneDenied; // how, is said below
    if (problems.microphone) return problemSentence(this.#words, "microphone", problems.microphone);
    if (!on.microphone) return this.#words.microphoneOff;
    return this.#isSilent ? this.#beforeWords.silent : this.#words.microphoneWorks;
  }

  /** @param {MediaStreamTrack | null} track */
  #listenTo(track) {
    if (track === this.#heard) return;
    this.#stopLevel();
    this.#heard = track;
    this.#showLevel(0);
    this.#noteSilence(false);
    const silence = new Silence();
    this.#stopLevel = track ? watchLevel(track, (level) => this.#listened(level, silence)) : () => {};
  }

  /**
   * @param {number} level
   * @param {Silence} silence
   */
  #listened(level, silence) {
    this.#showLevel(level);
    this.#noteSilence(silence.hear(level, performance.now()));
  }

  /** @param {boolean} isSilent */
  #noteSilence(isSilent) {
    if (isSilent === this.#isSilent) return;
    this.#isSilent = isSilent;
    this.#note("microphone", this.#microphoneNote());
  }

  /** @param {number} level */
  #showLevel(level) {
    const lit = Math.round(level * this.#bars.length);
    this.#bars.forEach((bar, index) => bar.classList.toggle("meter__bar--lit", index < lit));
  }
}

/** @param {string} text */
function errorMessage(text) {
  const message = document.createElement("p");
  message.className = "fr-message fr-message--error";
  message.textContent = text;
  return message;
}
