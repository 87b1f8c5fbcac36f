/** @file The sound of the others: one audio element for each of their tracks. */

import { playThrough } from "./devicepicker.js";
import { find, onAction, showTrack } from "./dom.js";

/** @typedef {import("../peer.js").RemoteTrack} RemoteTrack */

export class Sound {
  #root = find(document, "[data-sounds]", HTMLElement);
  #banner = find(document, '[data-banner="sound"]', HTMLElement);
  /** @type {Map<string, HTMLAudioElement>} by mid */
  #players = new Map();

  constructor() {
    onAction(this.#banner, "enable-sound", () => this.#playAll());
  }

  /**
   * @param {readonly RemoteTrack[]} tracks
   * @param {string} speaker
   */
  render(tracks, speaker) {
    const heard = tracks.filter(({ source }) => source === "microphone" || source === "sound");
    for (const [mid, player] of this.#players) {
      if (!heard.some((one) => one.mid === mid)) this.#remove(mid, player);
    }
    for (const { mid, participant, source, track } of heard) {
      const player = this.#playerOf(mid);
      Object.assign(player.dataset, { participant, source });
      void playThrough(player, speaker);
      if (showTrack(player, track)) void this.#play(player);
    }
  }

  /** What the system has stopped, for a telephone call. */
  resume() {
    for (const player of this.#players.values()) if (player.paused) void this.#play(player);
  }

  close() {
    for (const [mid, player] of this.#players) this.#remove(mid, player);
    this.#banner.hidden = true;
  }

  /** @param {string} mid */
  #playerOf(mid) {
    const known = this.#players.get(mid);
    if (known) return known;
    const player = document.createElement("audio");
    player.autoplay = true;
    player.addEventListener("pause", () => this.#stopped(player));
    this.#players.set(mid, player);
    this.#root.append(player);
    return player;
  }

  /** @param {HTMLAudioElement} player */
  async #play(player) {
    try {
      await player.play();
      this.#banner.hidden = true;
    } catch (error) {
      // AbortError: the track was replaced meanwhile. NotAllowedError: the browser wants a gesture first.
      if (error instanceof DOMException && error.name === "NotAllowedError") this.#banner.hidden = false;
    }
  }

  /** Not by us: the person may want it back before the system gives it. @param {HTMLAudioElement} player */
  #stopped(player) {
    if (player.isConnected && player.srcObject) this.#banner.hidden = false;
  }

  #playAll() {
    for (const player of this.#players.values()) void this.#play(player);
  }

  /**
   * @param {string} mid
   * @param {HTMLAudioElement} player
   */
  #remove(mid, player) {
    showTrack(player, null);
    player.remove();
    this.#players.delete(mid);
  }
}
