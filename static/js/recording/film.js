/** @file A composed video as what the deck plays. */

export class Film {
  /**
   * @param {HTMLVideoElement} video
   * @param {number} duration seconds
   */
  constructor(video, duration) {
    this.video = video;
    this.duration = duration;
    this.wasPlayed = false;
    video.controls = false;
    for (const track of Array.from(video.textTracks)) track.mode = "disabled"; // they are shown under the video
    video.addEventListener("playing", () => (this.wasPlayed = true));
  }

  get place() {
    return this.video.currentTime;
  }

  get isPlaying() {
    return !this.video.paused && !this.video.ended;
  }

  async play() {
    if (this.video.error) this.#load();
    await this.video.play();
  }

  pause() {
    this.video.pause();
  }

  /** @param {number} seconds */
  goTo(seconds) {
    this.video.currentTime = Math.min(seconds, this.duration);
  }

  /** @param {number} rate */
  setRate(rate) {
    this.video.playbackRate = this.video.defaultPlaybackRate = rate;
  }

  /** @param {boolean} isMuted */
  setMuted(isMuted) {
    this.video.muted = isMuted;
  }

  /**
   * @param {() => void} changed
   * @param {() => void} failed
   */
  listen(changed, failed) {
    for (const event of ["play", "pause", "timeupdate", "seeked", "ended", "loadedmetadata"]) {
      this.video.addEventListener(event, changed);
    }
    this.video.addEventListener("click", () => (this.isPlaying ? this.pause() : void this.play().catch(failed)));
    this.video.addEventListener("error", () => {
      if (!this.wasPlayed) return failed();
      this.#load(); // the address was good for some minutes: the page's own gives a new one
      this.video.play().catch(failed);
    });
  }

  #load() {
    const at = this.video.currentTime;
    this.wasPlayed = false;
    this.video.load();
    this.video.currentTime = at;
  }
}
