/** @file A voice that says that the meeting is recorded, if its organiser wants so: once for each recording. */

import { playThrough } from "./devicepicker.js";
import { find } from "./dom.js";

/** @typedef {import("../protocol.js").Recording} Recording */

export class Announcement {
  #player = find(document, "[data-announcement]", HTMLAudioElement);
  /** @type {string | null} the recording that was announced */
  #announced = null;

  /**
   * @param {Recording | null} recording
   * @param {string} speaker
   */
  render(recording, speaker) {
    if (!recording?.announced || recording.id === this.#announced) return;
    this.#announced = recording.id;
    void this.#play(speaker);
  }

  close() {
    this.#player.pause();
  }

  /** The indicator says the same: where the browser plays nothing before a gesture, nothing is lost. @param {string} speaker */
  async #play(speaker) {
    try {
      await playThrough(this.#player, speaker);
      this.#player.currentTime = 0;
      await this.#player.play();
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
  }
}
