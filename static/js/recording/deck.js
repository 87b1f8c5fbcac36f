/** @file The player's bar, its keys, and the link to a second: over whatever is played. */

import { secondsIn } from "../minutes/lines.js";
import { clockOf, nextTurn, rateBeside, turnBefore, within } from "./places.js";

/**
 * @typedef {object} Source
 * @property {number} place seconds
 * @property {boolean} isPlaying
 * @property {() => Promise<void>} play
 * @property {() => void} pause
 * @property {(seconds: number) => void} goTo
 * @property {(rate: number) => void} setRate
 * @property {(isMuted: boolean) => void} setMuted
 * @property {(changed: () => void, failed: () => void) => void} listen
 *
 * @typedef {object} About
 * @property {number} duration seconds
 * @property {number[]} starts of turns, in order
 * @property {import("./captions.js").Captions | null} captions
 */

const IN_FIELDS = "select, input:not([type=range]), textarea";

/**
 * @param {HTMLElement} root
 * @param {Source} source
 * @param {About} about
 */
export function openDeck(root, source, about) {
  const deck = new Deck(root, source, about);
  for (const part of root.querySelectorAll("[data-bar]")) part.toggleAttribute("hidden", false);
  root.addEventListener("click", (event) => deck.press(event));
  root.addEventListener("keydown", (event) => deck.key(event));
  deck.range.addEventListener("input", () => deck.goTo(Number(deck.range.value)));
  deck.rates.addEventListener("change", () => source.setRate(Number(deck.rates.value)));
  source.listen(
    () => deck.show(),
    () => deck.fail(),
  );
  window.addEventListener("hashchange", () => deck.followLink());
  deck.followLink();
  deck.show();
  return deck;
}

class Deck {
  /** @type {(seconds: number) => void} */
  #moved = () => {};
  #isMuted = false;

  /**
   * @param {HTMLElement} root
   * @param {Source} source
   * @param {About} about
   */
  constructor(root, source, about) {
    this.root = root;
    this.source = source;
    this.about = about;
    this.range = /** @type {HTMLInputElement} */ (root.querySelector("[data-place]"));
    this.rates = /** @type {HTMLSelectElement} */ (root.querySelector("[data-rate]"));
    this.range.max = String(Math.floor(about.duration));
    this.#write("[data-length]", clockOf(about.duration));
    /** @type {Record<string, () => void>} */
    this.verbs = {
      play: () => this.#toggle(),
      back: () => this.#move(-10),
      on: () => this.#move(10),
      captions: () => this.#captions(),
      mute: () => this.#mute(),
      full: () => this.#full(),
    };
    /** @type {Record<string, () => void>} */
    this.keys = {
      " ": this.verbs.play ?? (() => {}),
      k: () => this.#toggle(),
      arrowleft: () => this.#move(-5),
      arrowright: () => this.#move(5),
      j: () => this.#move(-10),
      l: () => this.#move(10),
      p: () => this.goTo(turnBefore(about.starts, source.place)),
      n: () => this.goTo(nextTurn(about.starts, source.place, about.duration)),
      "<": () => this.#rate(-1),
      ">": () => this.#rate(1),
      c: () => this.#captions(),
      m: () => this.#mute(),
      f: () => this.#full(),
    };
  }

  /** @param {(seconds: number) => void} moved */
  onMoved(moved) {
    this.#moved = moved;
    moved(this.source.place);
  }

  /** @param {number} seconds */
  goTo(seconds) {
    this.source.goTo(within(seconds, this.about.duration));
    this.show();
  }

  followLink() {
    const seconds = secondsIn(window.location.hash);
    if (seconds !== null) this.goTo(seconds);
  }

  /** @param {Event} event */
  press(event) {
    const button = event.target instanceof Element ? event.target.closest("[data-do]") : null;
    if (button instanceof HTMLElement) this.verbs[button.dataset.do ?? ""]?.();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const target = /** @type {Element} */ (event.target);
    const isButton = event.key === " " && target.closest("button, summary, a");
    if (event.ctrlKey || event.metaKey || event.altKey || isButton || target.closest(IN_FIELDS)) return;
    const act = this.keys[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  }

  show() {
    const { place, isPlaying } = this.source;
    const clock = clockOf(place);
    const play = /** @type {HTMLElement} */ (this.root.querySelector("[data-do=play]"));
    play.dataset.play ??= play.textContent ?? "";
    this.#write("[data-do=play]", (isPlaying ? play.dataset.pause : play.dataset.play) ?? "");
    this.#write("[data-now]", clock);
    this.range.value = String(Math.floor(place));
    this.range.setAttribute("aria-valuetext", `${clock} / ${clockOf(this.about.duration)}`);
    this.root.dataset.state = isPlaying ? "playing" : "paused";
    this.#link(place);
    this.about.captions?.show(place);
    if (isPlaying) this.#trouble(false);
    this.#moved(place);
  }

  fail() {
    this.source.pause();
    this.#trouble(true);
  }

  #toggle() {
    if (this.source.isPlaying) this.source.pause();
    else this.source.play().catch(() => {}); // stopped before it began; a failure comes as an event
    this.show();
  }

  /** @param {number} seconds */
  #move(seconds) {
    this.goTo(this.source.place + seconds);
  }

  /** @param {-1 | 1} step */
  #rate(step) {
    const rates = Array.from(this.rates.options, (option) => Number(option.value));
    const rate = rateBeside(rates, Number(this.rates.value), step);
    this.rates.value = String(rate);
    this.source.setRate(rate);
  }

  #captions() {
    if (!this.about.captions) return;
    this.#pressed("captions", this.about.captions.toggle());
    this.show();
  }

  #mute() {
    this.#isMuted = !this.#isMuted;
    this.source.setMuted(this.#isMuted);
    this.#pressed("mute", this.#isMuted);
  }

  #full() {
    if (!this.root.querySelector("[data-do=full]")) return;
    void (document.fullscreenElement ? document.exitFullscreen() : this.root.requestFullscreen()).catch(() => {});
  }

  /** @param {number} place */
  #link(place) {
    const mark = `#t=${place.toFixed(2)}`;
    const { origin, pathname, search } = window.location;
    const button = this.root.querySelector("[data-link]");
    if (button instanceof HTMLElement) button.dataset.copy = `${origin}${pathname}${search}${mark}`;
    const minutes = document.querySelector("a[data-minutes]");
    if (minutes instanceof HTMLAnchorElement) minutes.hash = mark;
  }

  /** @param {boolean} isShown */
  #trouble(isShown) {
    this.root.querySelector("[data-trouble]")?.toggleAttribute("hidden", !isShown);
  }

  /**
   * @param {string} verb
   * @param {boolean} isPressed
   */
  #pressed(verb, isPressed) {
    this.root.querySelector(`[data-do=${verb}]`)?.setAttribute("aria-pressed", String(isPressed));
  }

  /**
   * @param {string} selector
   * @param {string} text
   */
  #write(selector, text) {
    const element = this.root.querySelector(selector);
    if (element && element.textContent !== text) element.textContent = text;
  }
}
