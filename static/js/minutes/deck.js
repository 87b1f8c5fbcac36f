/** @file One player for each track that was heard: going back to a voice does not ask for it again. */

const MOST = 8; // players kept: each holds what it has loaded

export class Deck {
  /**
   * @param {HTMLElement} holder
   * @param {(audio: HTMLAudioElement) => void} onMade
   */
  constructor(holder, onMade) {
    this.holder = holder;
    this.onMade = onMade;
    /** @type {Map<string, HTMLAudioElement>} by the address of the track, least recently heard first */
    this.players = new Map();
    /** @type {HTMLAudioElement | null} */
    this.audio = null;
    this.rate = 1;
  }

  /**
   * The player of a track, which is shown from then on; the one before falls silent.
   *
   * @param {string} source
   * @returns {HTMLAudioElement}
   */
  take(source) {
    const audio = this.players.get(source) ?? this.make(source);
    this.players.delete(source);
    this.players.set(source, audio);
    if (this.audio && this.audio !== audio) {
      this.audio.hidden = true;
      delete this.audio.dataset.audio;
      this.audio.pause();
    }
    this.audio = audio;
    audio.hidden = false;
    audio.dataset.audio = "";
    audio.playbackRate = this.rate;
    this.dropOldest();
    return audio;
  }

  /**
   * @param {string} source
   * @returns {HTMLAudioElement}
   */
  make(source) {
    const audio = document.createElement("audio");
    audio.controls = true;
    audio.preload = "none";
    audio.className = "player__audio";
    audio.setAttribute("aria-label", this.holder.dataset.label ?? "");
    audio.src = source;
    this.holder.append(audio);
    this.onMade(audio);
    return audio;
  }

  dropOldest() {
    for (const [source, audio] of this.players) {
      if (this.players.size <= MOST) return;
      this.drop(source, audio);
    }
  }

  /**
   * @param {string} source
   * @param {HTMLAudioElement} audio
   */
  drop(source, audio) {
    this.players.delete(source);
    audio.removeAttribute("src");
    audio.load(); // what it had loaded goes
    audio.remove();
  }

  /** @param {number} rate */
  hurry(rate) {
    this.rate = rate;
    for (const audio of this.players.values()) audio.playbackRate = rate;
  }
}
