/** @file From a line to the previous or the next one of the same person, by keys or by the buttons beside their name. */

import { linesIn, markLine } from "./lines.js";
import { bringTo } from "./sight.js";

/** @typedef {import("./loading.js").Loading} Loading */
/** @typedef {1 | -1} Step */

/** @type {Record<string, Step>} */
const KEYS = { ArrowUp: -1, ArrowDown: 1 };

/**
 * @param {string[]} voices of the lines, in their order
 * @param {number} from
 * @param {Step} step
 * @returns {number} the place of the next one that is the same; -1 where there is none
 */
export function sameFrom(voices, from, step) {
  let place = from + step;
  while (place >= 0 && place < voices.length && voices[place] !== voices[from]) place += step;
  return place < voices.length ? place : -1;
}

/**
 * @param {HTMLElement} list
 * @param {Loading} loading
 */
export function openTurns(list, loading) {
  const template = document.querySelector('template[data-template="turns"]');
  const tools = template instanceof HTMLTemplateElement ? template.content.firstElementChild : null;
  if (tools instanceof HTMLElement) new Turns(list, loading, /** @type {HTMLElement} */ (tools.cloneNode(true)));
}

class Turns {
  /**
   * @param {HTMLElement} list
   * @param {Loading} loading
   * @param {HTMLElement} tools two buttons, on the line that is pointed to
   */
  constructor(list, loading, tools) {
    this.list = list;
    this.loading = loading;
    this.tools = tools;
    this.status = /** @type {HTMLElement} */ (tools.querySelector("[role=status]"));
    list.addEventListener("focusin", (event) => this.offer(event.target));
    list.addEventListener("pointerover", (event) => !this.isInHand && this.offer(event.target));
    list.addEventListener("keydown", (event) => this.pressed(event));
    tools.addEventListener("click", (event) => this.clicked(event));
  }

  /** Somebody is on the buttons with the keyboard. */
  get isInHand() {
    return this.tools.querySelector(":focus-visible") !== null;
  }

  /** @param {EventTarget | null} target */
  offer(target) {
    const line = lineAround(target);
    if (!line || line.contains(this.tools)) return;
    this.status.textContent = "";
    line.querySelector(".line__speaker")?.append(this.tools);
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const step = event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey ? KEYS[event.key] : undefined;
    const line = lineAround(event.target);
    if (!step || !line || event.target instanceof HTMLTextAreaElement) return;
    event.preventDefault();
    const focused = this.tools.contains(document.activeElement) ? document.activeElement : null;
    void this.go(line, step, focused);
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    const button = event.target instanceof Element ? event.target.closest("[data-turn]") : null;
    const line = lineAround(this.tools);
    if (line && button instanceof HTMLElement) void this.go(line, button.dataset.turn === "1" ? 1 : -1, button);
  }

  /**
   * The line comes where the other one was: the button stays under the pointer.
   *
   * @param {HTMLElement} line
   * @param {Step} step
   * @param {Element | null} button what goes on having the focus
   */
  async go(line, step, button) {
    const top = line.getBoundingClientRect().top;
    const found = await this.loading.bring(() => this.beside(line, step), step === 1 ? "following" : "previous");
    if (!found) {
      this.status.textContent = (step === 1 ? this.tools.dataset.last : this.tools.dataset.first) ?? "";
      return;
    }
    markLine(this.list, found);
    bringTo(found, Math.min(Math.max(top, window.innerHeight * 0.2), window.innerHeight * 0.7));
    this.offer(found);
    const target = button ?? (line.hasAttribute("tabindex") ? found : found.querySelector("a"));
    if (!(target instanceof HTMLElement)) return;
    if (target === found) found.tabIndex = 0; // lines are gone through one by one where they are corrected
    target.focus({ preventScroll: true });
  }

  /**
   * @param {HTMLElement} line
   * @param {Step} step
   * @returns {HTMLElement | null}
   */
  beside(line, step) {
    const lines = linesIn(this.list);
    const place = sameFrom(lines.map(voiceOf), lines.indexOf(line), step);
    return lines[place] ?? null;
  }
}

/**
 * @param {EventTarget | null} target
 * @returns {HTMLElement | null}
 */
function lineAround(target) {
  const line = target instanceof Element ? target.closest("[data-line]") : null;
  return line instanceof HTMLElement ? line : null;
}

/** Two of the same name are two voices. @param {HTMLElement} line */
function voiceOf(line) {
  const name = line.querySelector("[data-speaker]")?.textContent ?? "";
  return [line.dataset.by, name, line.querySelector(".mark")?.className].join("|");
}
