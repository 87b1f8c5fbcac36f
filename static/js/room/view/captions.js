/** @file Captions over the pictures, their text beside them, and how somebody likes to read them. */

import { forget, health, hear, inLanguage, log, NO_CAPTIONS, shown, turn } from "../captions.js";
import { myself } from "../state.js";
import { copyTemplate, find, findAll, onAction, setText } from "./dom.js";

/** @typedef {import("../captions.js").Captions} State */
/** @typedef {import("../captions.js").Said} Said */
/** @typedef {import("../protocol.js").Say} Say */
/** @typedef {import("../words.js").Words} Words */

const STORED_AS = "visio-captions";
const LOOK_EVERY_MS = 500;
const NEAR_END_PX = 80; // who reads further up is left where they are
/** @type {Record<string, readonly string[]>} */
const CHOICES = {
  size: ["medium", "small", "large", "huge"],
  colours: ["dark", "light", "yellow"],
  font: ["sans", "serif"],
  place: ["bottom", "top"],
  read: ["", "fr", "en", "de", "es", "it", "nl", "pt"], // the language; empty: each as it is spoken
};

export class CaptionsView {
  #call = find(document, '[data-stage="call"]', HTMLElement);
  #overlay = find(this.#call, "[data-captions]", HTMLElement);
  #list = find(this.#overlay, "[data-caption-lines]", HTMLElement);
  #panel = find(this.#call, '[data-panel="captions"]', HTMLElement);
  #log = find(this.#panel, '[data-list="captions"]', HTMLElement);
  #scroller = find(this.#panel, "[data-scroller]", HTMLElement);
  #objection = find(this.#panel, '[data-input="no-captions-of-me"]', HTMLInputElement);
  #speaks = find(this.#panel, '[data-input="speaks"]', HTMLSelectElement);
  /** @type {Map<string, HTMLElement>} */
  #rows = new Map();
  /** @type {Map<string, HTMLElement>} */
  #logged = new Map();
  #words;
  #say;
  #warn;
  /** @type {ReadonlySet<string>} */
  #objectors = new Set();
  /** @type {State} */
  #captions = NO_CAPTIONS;
  #told = "";
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /**
   * @param {object} options
   * @param {Words} options.words
   * @param {Say} options.say
   * @param {(sentence: string) => void} options.warn for screen readers
   */
  constructor({ words, say, warn }) {
    this.#words = words;
    this.#say = say;
    this.#warn = warn;
    onAction(this.#call, "captions", () => this.toggle());
    this.#objection.addEventListener("change", () => {
      if (!say({ type: "caption-me", on: !this.#objection.checked })) this.#objection.checked = !this.#objection.checked;
    });
    this.#speaks.addEventListener("change", () => say({ type: "speak", language: this.#speaks.value }));
    this.#connectChoices();
  }

  toggle() {
    const on = !this.#captions.on;
    if (!this.#say({ type: "captions", on })) return;
    this.#turn(on);
  }

  /** The server knows nothing of this browser's wish after a break. */
  entered() {
    if (this.#captions.on) this.#say({ type: "captions", on: true });
  }

  /** @param {import("../protocol.js").CaptionMessage} message */
  hear(message) {
    this.#captions = forget(hear(this.#captions, message, performance.now()), this.#objectors);
    this.#show();
  }

  /** @param {import("../state.js").State} state */
  render(state) {
    const allowed = state.permissions.includes("caption");
    for (const button of this.#buttons()) button.hidden = !allowed;
    if (!allowed && this.#captions.on) this.#turn(false);
    this.#objection.checked = !(myself(state)?.captionable ?? true);
    if (document.activeElement !== this.#speaks) this.#speaks.value = myself(state)?.speaks ?? "";
    this.#objectors = new Set(state.participants.filter((one) => one.captionable === false).map(({ id }) => id));
    const kept = forget(this.#captions, this.#objectors);
    if (kept === this.#captions) return;
    this.#captions = kept;
    this.#show();
  }

  close() {
    this.#turn(false);
  }

  #buttons() {
    return findAll(this.#call, '[data-action="captions"], [data-action="toggle-captions"]', HTMLButtonElement);
  }

  /** @param {boolean} on */
  #turn(on) {
    this.#captions = turn(this.#captions, on, performance.now());
    clearInterval(this.#timer);
    this.#timer = on ? setInterval(() => this.#show(), LOOK_EVERY_MS) : undefined;
    for (const button of findAll(this.#call, '[data-action="captions"]', HTMLButtonElement)) {
      button.setAttribute(button.role === "menuitemcheckbox" ? "aria-checked" : "aria-pressed", String(on));
    }
    this.#overlay.hidden = !on;
    this.#told = "";
    this.#rows.clear();
    this.#logged.clear();
    this.#list.replaceChildren();
    this.#log.replaceChildren();
    this.#show();
  }

  #show() {
    const now = performance.now();
    const read = inLanguage(this.#captions, this.#overlay.dataset.read ?? "");
    this.#showLines(shown(read, now));
    this.#showLog(log(read));
    find(this.#panel, "[data-empty]", HTMLElement).hidden = this.#logged.size > 0;
    this.#showHealth(this.#captions.on ? this.#words.captions[health(this.#captions, now)] : "");
  }

  /** @param {string} sentence */
  #showHealth(sentence) {
    if (sentence === this.#told) return;
    this.#told = sentence;
    find(this.#overlay, "[data-caption-health]", HTMLElement).hidden = sentence === "";
    setText(this.#overlay, "caption-health", sentence);
    if (sentence) this.#warn(sentence);
  }

  /** Rows stay where they are while their words grow. @param {readonly Said[]} lines */
  #showLines(lines) {
    removeOthers(this.#rows, lines);
    for (const said of lines) {
      const row = this.#rows.get(said.line) ?? copyTemplate("caption");
      if (!this.#rows.has(said.line)) this.#list.append(row);
      this.#rows.set(said.line, row);
      row.lang = said.language;
      setText(row, "name", said.name);
      setText(row, "final", said.final);
      setText(row, "partial", said.partial);
    }
  }

  /** @param {readonly Said[]} lines */
  #showLog(lines) {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    const wasAtEnd = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    removeOthers(this.#logged, lines);
    for (const { line, name, final, language } of lines) {
      if (this.#logged.has(line)) continue;
      const row = copyTemplate("caption-log");
      this.#logged.set(line, row);
      row.lang = language;
      setText(row, "name", name);
      setText(row, "final", final);
      this.#log.append(row);
    }
    if (wasAtEnd) this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  #connectChoices() {
    const kept = recall();
    for (const [name, values] of Object.entries(CHOICES)) {
      const field = find(this.#panel, `[data-choose="${name}"]`, HTMLSelectElement);
      const wanted = kept[name] ?? "";
      field.value = this.#overlay.dataset[name] = values.includes(wanted) ? wanted : (values[0] ?? "");
      field.addEventListener("change", () => {
        this.#overlay.dataset[name] = field.value;
        this.#show();
        remember({ ...recall(), [name]: field.value });
      });
    }
  }
}

/**
 * @param {Map<string, HTMLElement>} rows
 * @param {readonly Said[]} lines that stay
 */
function removeOthers(rows, lines) {
  const current = new Set(lines.map(({ line }) => line));
  for (const [line, row] of rows) {
    if (current.has(line)) continue;
    row.remove();
    rows.delete(line);
  }
}

/** @returns {Record<string, string>} */
function recall() {
  try {
    return { ...JSON.parse(localStorage.getItem(STORED_AS) ?? "{}") };
  } catch {
    return {}; // storage may be closed to us, or hold something else
  }
}

/** @param {Record<string, string>} choices */
function remember(choices) {
  try {
    localStorage.setItem(STORED_AS, JSON.stringify(choices));
  } catch {
    // a private window may refuse: the choice then lasts as long as the page
  }
}
