/** @file Plays a line from its speaker's track, marks lines and words as they are heard, and goes on to the next voice. */

import { Deck } from "./deck.js";
import { linesIn, readLine } from "./lines.js";
import { Spoken } from "./spoken.js";

/** @typedef {import("./lines.js").Line} Line */

const SILENCE_S = 2; // the track is one person's: while others speak there is nothing on it to wait for
const EARLY_S = 0.15; // words begin a little before the recogniser says so

/**
 * @param {HTMLElement} list
 * @param {HTMLElement} player
 * @returns {Playing}
 */
export function openPlayer(list, player) {
  const state = new Playing(list, player);
  list.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a.line__play") : null;
    const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
    if (link && isPlain) {
      event.preventDefault();
      state.press(/** @type {HTMLElement} */ (link.closest("li")));
    }
  });
  list.addEventListener("lines-changed", () => state.readTrack());
  player.hidden = false;
  return state;
}

export class Playing {
  /**
   * @param {HTMLElement} list
   * @param {HTMLElement} player
   */
  constructor(list, player) {
    this.list = list;
    this.player = player;
    this.deck = new Deck(this.part("[data-sound]"), (audio) => this.listen(audio));
    this.spoken = new Spoken(player.dataset.words ?? "");
    this.isFollowing = true;
    /** @type {Line | null} */
    this.line = null;
    /** @type {Line[]} the lines of the track that is played, in order */
    this.track = [];
    this.source = "";
    this.wasHeard = false;
    /** @type {(line: Line) => void} */
    this.onLine = () => {};
  }

  /** @param {string} selector */
  part(selector) {
    return /** @type {HTMLElement} */ (this.player.querySelector(selector));
  }

  get audio() {
    return this.deck.audio;
  }

  /** @param {HTMLAudioElement} audio */
  listen(audio) {
    /** @type {Record<string, () => void>} */
    const heard = {
      timeupdate: () => this.follow(audio),
      ended: () => this.goOn(),
      play: () => this.show(),
      pause: () => this.show(),
      playing: () => this.heard(),
      error: () => this.fail(),
    };
    for (const [name, act] of Object.entries(heard)) {
      audio.addEventListener(name, () => audio === this.audio && act());
    }
  }

  /** @param {HTMLElement} element */
  press(element) {
    const isSame = this.line?.element === element;
    if (isSame && this.audio && !this.audio.paused) {
      this.audio.pause();
      return;
    }
    const isInside = isSame && this.audio && this.audio.currentTime < (this.line?.to ?? 0) && !this.audio.error;
    if (isInside) this.play();
    else this.startAt(element);
  }

  /** @param {HTMLElement} element */
  startAt(element) {
    this.start(readLine(element));
    this.play();
  }

  /** @param {Line} line */
  start(line) {
    this.part("[data-trouble]").hidden = true;
    if (this.audio?.error && line.source === this.source) this.deck.drop(this.source, this.audio);
    this.take(line.source);
    if (this.audio) this.audio.currentTime = Math.max(0, line.from - EARLY_S);
    this.mark(line);
    window.history.replaceState(null, "", `${window.location.search}#t=${line.start.toFixed(2)}`);
  }

  /** @param {string} source */
  take(source) {
    if (source !== this.source) this.wasHeard = false;
    this.source = source;
    this.deck.take(source);
    this.readTrack();
  }

  /** Lines are corrected, and come, while they are heard. */
  readTrack() {
    if (!this.source) return;
    const path = new URL(this.source).pathname;
    const links = Array.from(/** @type {NodeListOf<HTMLAnchorElement>} */ (this.list.querySelectorAll("a.line__play")));
    this.track = links
      .filter((link) => link.pathname === path)
      .map((link) => readLine(/** @type {HTMLElement} */ (link.closest("li"))));
    const marked = this.line?.element;
    if (marked && !marked.isConnected) this.markAgain(marked.dataset.line ?? "");
  }

  /** The line was written anew by the server. @param {string} id */
  markAgain(id) {
    const again = this.track.find((line) => line.element.dataset.line === id);
    this.line = null;
    if (again) this.mark(again);
  }

  play() {
    this.audio?.play().catch(() => {}); // stopped before it began; a failure comes as an event
  }

  heard() {
    this.wasHeard = true;
    this.part("[data-trouble]").hidden = true;
    const beat = () => {
      if (!this.audio || this.audio.paused || !this.line) return this.spoken.clear();
      this.spoken.show(this.line.element, this.audio.currentTime + EARLY_S / 2);
      window.requestAnimationFrame(beat);
    };
    beat();
  }

  /**
   * Mark the line that is heard now; when it is over, go on: to the next voice, or to this one's next line.
   *
   * @param {HTMLAudioElement} audio
   */
  follow(audio) {
    const now = audio.currentTime + EARLY_S;
    const line = this.track.findLast((each) => each.from <= now);
    if (this.isFollowing && !audio.paused && this.line && now >= this.line.to + EARLY_S) {
      this.goOn();
      return;
    }
    if (line && line.element !== this.line?.element && now < line.to) this.mark(line);
    const next = this.track.find((each) => each.from > now);
    const isOver = !line || now > line.to + SILENCE_S / 2;
    if (next && isOver && next.from - now > SILENCE_S && !audio.paused) audio.currentTime = next.from - EARLY_S;
  }

  /** Everybody in turn, in the order of the page. */
  goOn() {
    const next = this.isFollowing && this.line ? nextLine(this.line.element) : null;
    if (!next) {
      if (this.isFollowing) this.audio?.pause();
      return;
    }
    const line = readLine(next);
    const at = this.audio?.currentTime ?? 0;
    const goesOn = line.source === this.source && Math.abs(line.from - at) < SILENCE_S / 2; // no stutter
    if (goesOn) this.mark(line);
    else this.start(line);
    this.play();
  }

  /** @param {Line} line */
  mark(line) {
    this.unmark();
    this.line = line;
    void this.spoken.learn(line.element);
    this.show();
    if (this.isFollowing) bringIntoSight(line.element);
    this.onLine(line);
  }

  unmark() {
    if (this.line) {
      delete this.line.element.dataset.playing;
      this.line.element.removeAttribute("aria-current");
      this.say(this.line, this.list.dataset.listen);
      this.spoken.clear();
    }
  }

  /** The state of the line that is heard, and its name in the player. */
  show() {
    if (!this.line || !this.audio) return;
    const { element } = this.line;
    element.dataset.playing = this.audio.paused ? "paused" : "playing";
    element.setAttribute("aria-current", "true");
    this.say(this.line, this.audio.paused ? this.list.dataset.listen : this.list.dataset.pause);
    const speaker = element.querySelector("[data-speaker]")?.textContent?.trim() ?? "";
    const clock = this.line.link.lastChild?.textContent ?? "";
    this.part("[data-now]").textContent = `${clock} — ${speaker}`;
  }

  /**
   * @param {Line} line
   * @param {string | undefined} words what pressing it does
   */
  say(line, words) {
    const label = line.link.querySelector("span");
    if (label) label.textContent = `${words} `;
  }

  /** Addresses of tracks are short-lived: ask once for a new one, then say that it does not work. */
  fail() {
    if (!this.wasHeard || !this.audio) {
      this.part("[data-trouble]").hidden = false;
      return;
    }
    const at = this.audio.currentTime;
    this.wasHeard = false;
    this.deck.drop(this.source, this.audio);
    this.deck.take(this.source).currentTime = at;
    this.play();
  }

  /** The line that is said at a second of the recording; none where it is not on the page. @param {number} seconds */
  at(seconds) {
    return linesIn(this.list).findLast((element) => Number(element.dataset.start) <= seconds + 0.01) ?? null;
  }
}

/**
 * @param {HTMLElement} element
 * @returns {HTMLElement | null}
 */
function nextLine(element) {
  let next = element.nextElementSibling;
  while (next instanceof HTMLElement && !next.dataset.start) next = next.nextElementSibling;
  return next instanceof HTMLElement ? next : null;
}

/** Unless somebody writes, or it is in sight. @param {HTMLElement} element */
function bringIntoSight(element) {
  const { top, bottom } = element.getBoundingClientRect();
  const isInSight = top > 80 && bottom < window.innerHeight - 180;
  if (isInSight || document.activeElement instanceof HTMLTextAreaElement) return;
  const isCalm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  element.scrollIntoView({ block: "center", behavior: isCalm ? "auto" : "smooth" });
}
