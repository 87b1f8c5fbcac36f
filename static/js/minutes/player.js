/** @file Plays a line from its speaker's track, and marks the lines as they are heard. One element for the page. */

import { readLine } from "./lines.js";

/** @typedef {import("./lines.js").Line} Line */

const SILENCE_S = 2; // the track is one person's: while others speak there is nothing on it to wait for
const EARLY_S = 0.15; // words begin a little before the recogniser says so

/**
 * @param {HTMLElement} list
 * @param {HTMLElement} player
 */
export function openPlayer(list, player) {
  const audio = /** @type {HTMLAudioElement} */ (player.querySelector("[data-audio]"));
  const state = new Playing(list, player, audio);
  list.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
    if (link && isPlain) {
      event.preventDefault();
      state.press(/** @type {HTMLElement} */ (link.closest("li")));
    }
  });
  audio.addEventListener("timeupdate", () => state.follow());
  audio.addEventListener("play", () => state.show());
  audio.addEventListener("pause", () => state.show());
  audio.addEventListener("playing", () => state.heard());
  audio.addEventListener("error", () => state.fail());
}

class Playing {
  /**
   * @param {HTMLElement} list
   * @param {HTMLElement} player
   * @param {HTMLAudioElement} audio
   */
  constructor(list, player, audio) {
    this.list = list;
    this.player = player;
    this.audio = audio;
    /** @type {Line | null} */
    this.line = null;
    /** @type {Line[]} the lines of the track that is played, in order */
    this.track = [];
    this.source = "";
    this.wasHeard = false;
  }

  /** @param {HTMLElement} element */
  press(element) {
    if (this.line?.element === element && !this.audio.paused) {
      this.audio.pause();
      return;
    }
    const isSame = this.line?.element === element;
    const isInside = isSame && this.audio.currentTime < (this.line?.to ?? 0) && !this.audio.error;
    if (!isInside) {
      this.start(readLine(element));
    }
    this.play();
  }

  /** @param {Line} line */
  start(line) {
    this.player.hidden = false;
    this.trouble.hidden = true;
    if (line.source !== this.source || this.audio.error) {
      this.load(line.source);
    }
    this.audio.currentTime = Math.max(0, line.from - EARLY_S);
    this.mark(line);
    window.history.replaceState(null, "", `#t=${line.start.toFixed(2)}`);
  }

  /** @param {string} source */
  load(source) {
    this.source = this.audio.src = source;
    this.wasHeard = false;
    const path = new URL(source).pathname;
    const links = Array.from(this.list.querySelectorAll("a"));
    this.track = links
      .filter((link) => link.pathname === path)
      .map((link) => readLine(/** @type {HTMLElement} */ (link.closest("li"))));
  }

  play() {
    this.audio.play().catch(() => {}); // stopped before it began; a failure comes as an event
  }

  heard() {
    this.wasHeard = true;
    this.trouble.hidden = true;
  }

  /** Mark the line that is heard now; jump over the time when this person says nothing. */
  follow() {
    const now = this.audio.currentTime + EARLY_S;
    const line = this.track.findLast((each) => each.from <= now);
    if (line && line.element !== this.line?.element && now < line.to) {
      this.mark(line);
    }
    const next = this.track.find((each) => each.from > now);
    const isOver = !line || now > line.to + SILENCE_S / 2;
    if (next && isOver && next.from - now > SILENCE_S && !this.audio.paused) {
      this.audio.currentTime = next.from - EARLY_S;
    }
  }

  /** @param {Line} line */
  mark(line) {
    this.unmark();
    this.line = line;
    this.show();
  }

  unmark() {
    if (this.line) {
      delete this.line.element.dataset.playing;
      this.line.element.removeAttribute("aria-current");
      this.say(this.line, this.list.dataset.listen);
    }
  }

  /** The state of the line that is heard, and its name in the player. */
  show() {
    if (!this.line) {
      return;
    }
    const { element } = this.line;
    element.dataset.playing = this.audio.paused ? "paused" : "playing";
    element.setAttribute("aria-current", "true");
    this.say(this.line, this.audio.paused ? this.list.dataset.listen : this.list.dataset.pause);
    const speaker = element.querySelector(".line__speaker")?.firstChild?.textContent?.trim() ?? "";
    const clock = this.line.link.lastChild?.textContent ?? "";
    this.now.textContent = `${clock} — ${speaker}`;
  }

  /**
   * @param {Line} line
   * @param {string | undefined} words what pressing it does
   */
  say(line, words) {
    const label = line.link.querySelector("span");
    if (label) {
      label.textContent = `${words} `;
    }
  }

  /** Addresses of tracks are short-lived: ask once for a new one, then say that it does not work. */
  fail() {
    if (!this.wasHeard) {
      this.trouble.hidden = false;
      return;
    }
    const at = this.audio.currentTime;
    this.load(this.source);
    this.audio.currentTime = at;
    this.play();
  }

  get now() {
    return /** @type {HTMLElement} */ (this.player.querySelector("[data-now]"));
  }

  get trouble() {
    return /** @type {HTMLElement} */ (this.player.querySelector("[data-trouble]"));
  }
}
