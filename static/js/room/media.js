/** @file What this browser sends: its microphone, its camera, its screen; whether each is on. Knows no page. */

import { openBoth, openCamera, openMicrophone, openScreen, recallChoices, rememberChoices } from "./devices.js";

/** @typedef {import("./protocol.js").Source} Source */
/** @typedef {import("./protocol.js").Switch} Switch */
/** @typedef {import("./devices.js").Problems} Problems */
/** @typedef {import("./devices.js").Choices} Choices */

/** A microphone that is off stays open, silent. A camera that is off is closed: its light goes out. */
export class LocalMedia extends EventTarget {
  /** @type {Record<Source, MediaStreamTrack | null>} */
  tracks = { microphone: null, camera: null, screen: null, sound: null };
  /** @type {Record<Switch, boolean>} */
  on = { microphone: true, camera: true, screen: false };
  /** @type {Problems} */
  problems = { microphone: null, camera: null };
  /** @type {ReadonlySet<Switch>} what the system has taken: for a telephone call, or as long as the page is not looked at */
  interrupted = new Set();
  choices = recallChoices();
  /** @type {Promise<void>} */
  #queue = Promise.resolve();

  /** Ask for camera and microphone. Never rejects: what failed is in `problems`. */
  open() {
    return this.#inTurn(async () => {
      if (!this.on.camera) return this.#reopenMicrophone(); // somebody who comes back with the camera off
      const { tracks, problems } = await openBoth(this.choices);
      this.problems = problems;
      this.#take("microphone", tracks.microphone);
      this.#take("camera", tracks.camera);
    });
  }

  /** Ask again for what could not be opened: both at once where both could not. */
  retry() {
    const { microphone, camera } = this.problems;
    if (!microphone) return this.turn("camera", true);
    if (!camera) return this.turn("microphone", true);
    this.on = { ...this.on, camera: true };
    return this.open();
  }

  /**
   * Switch a source; what the browser refuses stays off.
   *
   * @param {Switch} source
   * @param {boolean} on
   */
  turn(source, on) {
    return this.#inTurn(async () => {
      if (source === "microphone") await this.#turnMicrophone(on);
      else if (on) await this.#start(source);
      else this.#stop(source);
    });
  }

  /**
   * Use other devices, or other treatment of the sound, and remember them.
   *
   * @param {Partial<Choices>} change
   */
  choose(change) {
    this.choices = { ...this.choices, ...change };
    rememberChoices(this.choices);
    return this.#inTurn(async () => {
      if ("microphone" in change || "cleaning" in change) await this.#reopenMicrophone();
      if ("camera" in change && this.on.camera) await this.#start("camera");
      if ("speaker" in change) this.#tell();
    });
  }

  /** What the others get now. */
  get sending() {
    const { microphone, camera, screen } = this.on;
    const has = (/** @type {Switch} */ source) => !this.interrupted.has(source);
    return { microphone: microphone && has("microphone"), camera: camera && has("camera"), screen };
  }

  /** After an interruption: some systems end the microphone, and give another only once they are done. */
  recover() {
    return this.#inTurn(async () => {
      if (this.on.microphone && this.interrupted.has("microphone") && !this.tracks.microphone) await this.#reopenMicrophone();
    });
  }

  close() {
    return this.#inTurn(async () => {
      for (const track of Object.values(this.tracks)) track?.stop();
      this.tracks = { microphone: null, camera: null, screen: null, sound: null };
      this.interrupted = new Set();
      this.on = { ...this.on, screen: false };
    });
  }

  /** @param {boolean} on */
  async #turnMicrophone(on) {
    this.on.microphone = on;
    if (on && !this.tracks.microphone) {
      this.#interrupt("microphone", false); // the person does not wait: what is wrong is told
      return this.#reopenMicrophone();
    }
    if (this.tracks.microphone) this.tracks.microphone.enabled = on;
    this.#tell();
  }

  async #reopenMicrophone() {
    this.tracks.microphone?.stop(); // one microphone cannot be open twice with different treatment
    const { track, problem } = await openMicrophone(this.choices);
    this.problems = { ...this.problems, microphone: problem };
    this.#take("microphone", track);
  }

  /** @param {"camera" | "screen"} source */
  async #start(source) {
    if (source === "screen") return this.#share(await openScreen());
    this.tracks.camera?.stop();
    const { track, problem } = await openCamera(this.choices);
    this.problems = { ...this.problems, camera: problem };
    this.#take("camera", track);
  }

  /** @param {Record<"screen" | "sound", MediaStreamTrack | null>} shared */
  #share({ screen, sound }) {
    this.#keep("sound", sound); // with the picture, in one offer
    this.#take("screen", screen);
  }

  /** @param {"camera" | "screen"} source */
  #stop(source) {
    if (source === "screen") this.#keep("sound", null);
    this.#take(source, null);
  }

  /**
   * @param {Source} source
   * @param {MediaStreamTrack | null} track
   */
  #keep(source, track) {
    if (this.tracks[source] !== track) this.tracks[source]?.stop();
    this.tracks[source] = track;
  }

  /**
   * @param {Switch} source
   * @param {MediaStreamTrack | null} track
   */
  #take(source, track) {
    this.#keep(source, track);
    const willReturn = source === "microphone" && this.interrupted.has(source);
    if (source === "microphone" && track) track.enabled = this.on.microphone;
    else if (!willReturn) this.on = { ...this.on, [source]: track !== null };
    if (track) this.#follow(source, track);
    this.#interrupt(source, willReturn && track === null);
    this.#tell();
  }

  /**
   * @param {Switch} source
   * @param {MediaStreamTrack} track
   */
  #follow(source, track) {
    track.onended = () => this.#ended(source, track);
    if (source === "screen") return; // a window that is minimised is no interruption
    const heard = (/** @type {boolean} */ isOver) => {
      if (this.tracks[source] !== track) return;
      this.#interrupt(source, !isOver);
      this.#tell();
    };
    track.onmute = () => heard(false);
    track.onunmute = () => heard(true);
  }

  /**
   * @param {Switch} source
   * @param {boolean} isInterrupted
   */
  #interrupt(source, isInterrupted) {
    const others = [...this.interrupted].filter((other) => other !== source);
    this.interrupted = new Set(isInterrupted ? [...others, source] : others);
  }

  /**
   * Unplugged, or stopped from the browser's own bar: another microphone replaces it, a picture goes off.
   *
   * @param {Switch} source
   * @param {MediaStreamTrack} track
   */
  #ended(source, track) {
    void this.#inTurn(async () => {
      if (this.tracks[source] !== track) return;
      if (source !== "microphone") return this.#stop(source);
      this.#interrupt("microphone", true); // until one is open again
      await this.#reopenMicrophone();
    });
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }

  /**
   * Two changes at once would leave a device open that nobody holds.
   *
   * @param {() => Promise<void>} change
   */
  #inTurn(change) {
    const done = this.#queue.then(change);
    this.#queue = done.catch(() => {}); // the caller of this change hears of it; the next one goes on
    return done;
  }
}
