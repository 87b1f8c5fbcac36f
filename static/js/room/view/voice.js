/** @file One's own voice: the ring around one's tile, and a word when one speaks while muted. */

import { watchTalking } from "../level.js";

/** @typedef {import("../media.js").LocalMedia} LocalMedia */

const REMIND_EVERY_MS = 30_000;

export class OwnVoice {
  talking = false;
  #media;
  #onChange;
  #onMutedTalking;
  #remindedAt = -REMIND_EVERY_MS;
  /** @type {MediaStreamTrack | null} */
  #track = null;
  #stop = () => {};

  /**
   * @param {object} options
   * @param {LocalMedia} options.media
   * @param {() => void} options.onChange
   * @param {() => void} options.onMutedTalking at most twice a minute
   */
  constructor({ media, onChange, onMutedTalking }) {
    this.#media = media;
    this.#onChange = onChange;
    this.#onMutedTalking = onMutedTalking;
  }

  /** Listen to the microphone there is now. */
  follow() {
    const track = this.#media.tracks.microphone;
    if (track === this.#track) return;
    this.#stop();
    this.#track = track;
    this.#stop = track ? watchTalking(track, (talking) => this.#changed(talking)) : () => {};
    if (this.talking) this.#changed(false);
  }

  close() {
    this.#stop();
    this.#stop = () => {};
    this.#track = null;
    this.talking = false;
  }

  /** @param {boolean} talking */
  #changed(talking) {
    this.talking = talking;
    this.#onChange();
    const now = performance.now();
    if (!talking || this.#media.on.microphone || now - this.#remindedAt < REMIND_EVERY_MS) return;
    this.#remindedAt = now;
    this.#onMutedTalking();
  }
}
