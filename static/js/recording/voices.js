/**
 * @file Separate tracks of one recording, heard together: one clock, which all of them follow, and which waits for those
 * that are not loaded yet.
 */

/**
 * @typedef {object} Sound
 * @property {string} source
 * @property {number} start seconds from the start of the recording
 * @property {number} end
 * @property {number} lane whose it is
 */

const TICK_MS = 100;
const AHEAD_S = 15; // loaded that long before it is heard
const JUMP_S = 0.3; // further away than that, a track is put into its place at once
const APART_S = 0.015; // nearer than that, it is let alone; between both, it runs a little slower or faster
const LEAST_READY = 3; // HAVE_FUTURE_DATA

class Voice {
  /** @param {Sound} sound */
  constructor(sound) {
    this.sound = sound;
    this.isMuted = false;
    this.hasFailed = false;
    this.wasHeard = false;
    /** @type {HTMLAudioElement | null} */
    this.audio = null;
  }

  /** @param {number} place */
  isHeardAt(place) {
    return place >= this.sound.start && place < this.sound.end && !this.hasFailed;
  }

  /** @param {number} place */
  isNear(place) {
    return place >= this.sound.start - AHEAD_S && place < this.sound.end;
  }

  /** @param {() => void} failed */
  load(failed) {
    if (this.audio) return;
    const audio = (this.audio = new Audio());
    audio.preload = "auto";
    audio.src = this.sound.source;
    audio.addEventListener("playing", () => (this.wasHeard = true));
    audio.addEventListener("error", () => this.#lost(failed));
  }

  /** @param {() => void} failed */
  #lost(failed) {
    this.audio = null;
    if (this.wasHeard) {
      this.wasHeard = false; // the address was good for some minutes: the page's own gives a new one
      return;
    }
    this.hasFailed = true;
    failed();
  }
}

export class Voices {
  #place = 0; // when the clock was last set
  #since = 0; // by the browser's clock, in ms
  #rate = 1;
  #isPlaying = false;
  #isWaiting = false;
  #isMuted = false;
  #changed = () => {};
  #failed = () => {};

  /**
   * @param {Sound[]} sounds
   * @param {number} duration seconds
   */
  constructor(sounds, duration) {
    this.voices = sounds.map((sound) => new Voice(sound));
    this.duration = duration;
    window.setInterval(() => this.#tick(), TICK_MS);
  }

  get place() {
    const gone = this.#isPlaying && !this.#isWaiting ? ((performance.now() - this.#since) / 1000) * this.#rate : 0;
    return Math.min(this.#place + gone, this.duration);
  }

  get isPlaying() {
    return this.#isPlaying;
  }

  async play() {
    if (this.place >= this.duration) this.#place = 0;
    for (const voice of this.voices) voice.hasFailed = false;
    this.#set(this.place);
    this.#isPlaying = true;
    this.#tick();
  }

  pause() {
    this.#set(this.place);
    this.#isPlaying = false;
    this.#tick();
  }

  /** @param {number} seconds */
  goTo(seconds) {
    this.#set(Math.min(seconds, this.duration));
    this.#tick();
  }

  /** @param {number} rate */
  setRate(rate) {
    this.#set(this.place);
    this.#rate = rate;
    this.#tick();
  }

  /** @param {boolean} isMuted */
  setMuted(isMuted) {
    this.#isMuted = isMuted;
    this.#tick();
  }

  /**
   * @param {number} lane
   * @param {boolean} isMuted
   */
  setLaneMuted(lane, isMuted) {
    for (const voice of this.voices) if (voice.sound.lane === lane) voice.isMuted = isMuted;
    this.#tick();
  }

  /**
   * @param {() => void} changed
   * @param {() => void} failed
   */
  listen(changed, failed) {
    this.#changed = changed;
    this.#failed = failed;
  }

  /** @param {number} place */
  #set(place) {
    this.#place = place;
    this.#since = performance.now();
  }

  #tick() {
    if (this.#isPlaying && this.place >= this.duration) {
      this.#set(this.duration);
      this.#isPlaying = false;
    }
    const place = this.place;
    for (const voice of this.voices) if (this.#isPlaying && voice.isNear(place)) voice.load(this.#failed);
    const heard = this.voices.filter((voice) => voice.isHeardAt(place));
    this.#wait(heard);
    for (const voice of this.voices) if (voice.audio) this.#lead(voice, voice.audio, place);
    this.#changed();
  }

  /**
   * The clock stands while one of them can't go on: they would come apart.
   *
   * @param {Voice[]} heard
   */
  #wait(heard) {
    const mustWait = heard.some(({ audio }) => !audio || audio.readyState < LEAST_READY || audio.seeking);
    if (mustWait === this.#isWaiting) return;
    this.#set(this.place);
    this.#isWaiting = mustWait;
  }

  /**
   * @param {Voice} voice
   * @param {HTMLAudioElement} audio
   * @param {number} place
   */
  #lead(voice, audio, place) {
    audio.muted = this.#isMuted || voice.isMuted;
    const wanted = place - voice.sound.start;
    const isWanted = this.#isPlaying && !this.#isWaiting && voice.isHeardAt(place);
    if (!isWanted || audio.paused) {
      if (!audio.paused) audio.pause();
      if (voice.isHeardAt(place) && !audio.seeking && Math.abs(audio.currentTime - wanted) > APART_S) {
        audio.currentTime = wanted;
      }
      if (isWanted && !audio.seeking && audio.readyState >= LEAST_READY) audio.play().catch(() => {});
      return;
    }
    const late = wanted - audio.currentTime;
    if (Math.abs(late) > JUMP_S) audio.currentTime = wanted;
    const nudge = Math.abs(late) > APART_S ? Math.max(-0.08, Math.min(0.08, late)) : 0;
    audio.playbackRate = this.#rate * (1 + nudge);
  }
}
