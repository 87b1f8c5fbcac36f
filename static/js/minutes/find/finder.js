/** @file Search within the minutes: asks the server, which has all lines, and goes from one that was found to the next. */

import { lineOf } from "../edit/list.js";
import { linesIn, markLine, secondsIn } from "../lines.js";
import { bringTo, middle } from "../sight.js";
import { wordsIn, withWords } from "./address.js";
import { Hits } from "./hits.js";
import { Marks } from "./marks.js";

/** @typedef {import("../loading.js").Loading} Loading */
/** @typedef {{hits: [line: number, start: number][], hasMore: boolean, words: string[], html: string}} Answer */

const SINGLE_KEYS = "visio:single-keys"; // "off": who dictates, or trembles, has no key that acts by itself
const TAKES_KEYS = "input, textarea, select, [contenteditable], dialog";

/**
 * @param {HTMLElement} list
 * @param {HTMLFormElement} form
 * @param {Loading} loading
 */
export function openFinder(list, form, loading) {
  const finder = new Finder(list, form, loading);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void finder.submitted(1);
  });
  form.addEventListener("keydown", (event) => finder.pressed(event));
  form.addEventListener("click", (event) => finder.clicked(event));
  finder.field.addEventListener("input", () => !finder.field.value && finder.clear());
  document.addEventListener("keydown", (event) => finder.called(event));
  const carried = () => void finder.carried(wordsIn(window.location.hash));
  window.addEventListener("hashchange", carried);
  openKeys(form);
  form.hidden = false;
  carried();
}

/** @param {HTMLFormElement} form */
function openKeys(form) {
  const box = /** @type {HTMLInputElement} */ (form.querySelector("[data-single-keys]"));
  box.checked = window.localStorage.getItem(SINGLE_KEYS) !== "off";
  box.addEventListener("change", () => window.localStorage.setItem(SINGLE_KEYS, box.checked ? "on" : "off"));
}

class Finder {
  /**
   * @param {HTMLElement} list
   * @param {HTMLFormElement} form
   * @param {Loading} loading
   */
  constructor(list, form, loading) {
    this.list = list;
    this.form = form;
    this.loading = loading;
    this.field = /** @type {HTMLInputElement} */ (form.querySelector("[name=mots]"));
    this.status = /** @type {HTMLElement} */ (form.querySelector("[data-status]"));
    this.marks = new Marks(list);
    this.hits = new Hits();
    this.words = ""; // of what is shown
  }

  /** Words that came with the address, of a page that has shown their line already. @param {string} words */
  async carried(words) {
    if (!words || words === this.words) return;
    this.field.value = words;
    if (!(await this.ask(words))) return;
    this.hits.startAt(secondsIn(window.location.hash) ?? 0);
    this.tell();
  }

  /** @param {1 | -1} step */
  async submitted(step) {
    const words = this.field.value.trim();
    if (!words) return this.clear();
    if (words === this.words) this.hits.step(step);
    else {
      const seconds = secondsInSight(this.list); // before anything moves
      if (!(await this.ask(words))) return;
      this.hits.startAt(seconds);
    }
    await this.show();
  }

  /**
   * @param {string} words
   * @returns {Promise<boolean>} whether lines were found
   */
  async ask(words) {
    this.words = words;
    const answer = await this.answer();
    if (this.words !== words) return false; // other words were asked for meanwhile
    if (!answer) {
      this.words = "";
      this.say("trouble");
      return false;
    }
    this.hits = new Hits(
      answer.hits.map(([line, start]) => ({ line, start })),
      answer.hasMore,
    );
    this.take(answer.words, answer.html);
    if (!this.hits.current) this.say("none");
    return this.hits.current !== undefined;
  }

  /** @returns {Promise<Answer | null>} */
  async answer() {
    try {
      const answer = await fetch(this.form.action, { method: "POST", body: new FormData(this.form) });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null; // no connection
    }
  }

  /**
   * @param {string[]} words
   * @param {string} html of the list: the server has written it
   */
  take(words, html) {
    this.marks.set(
      this.hits.found.map((hit) => hit.line),
      words,
    );
    /** @type {HTMLElement} */ (this.form.querySelector("[data-hits]")).innerHTML = html;
    for (const tool of this.form.querySelectorAll("[data-when-found]")) {
      tool.toggleAttribute("hidden", !this.hits.current);
    }
  }

  /** The current one, wherever its line is; those that somebody removed meanwhile are passed over. */
  async show() {
    for (let hit = this.hits.current; hit; hit = this.hits.current) {
      const { line, start } = hit;
      const first = linesIn(this.list)[0]?.dataset.start ?? 0;
      const side = start < Number(first) ? "previous" : "following";
      const isAway = this.list.dataset[side] !== undefined && !lineOf(this.list, line);
      if (isAway) this.say("loading");
      const element = await this.loading.bring(() => lineOf(this.list, line), side);
      if (this.hits.current !== hit) return; // somebody was faster
      if (element) {
        markLine(this.list, element);
        bringTo(element, middle());
        this.keepAddress(start);
        return this.tell(element);
      }
      if (this.list.dataset[side] !== undefined) return this.say("trouble");
      this.hits.drop();
    }
    this.say("none");
  }

  /** So that it is found again after a reload. @param {number} seconds */
  keepAddress(seconds) {
    const address = new URL(window.location.href);
    address.searchParams.set("t", seconds.toFixed(2));
    address.hash = withWords(`#t=${seconds.toFixed(2)}`, this.words);
    window.history.replaceState(null, "", address);
  }

  /** @param {Element | null} element the line of the current one */
  tell(element = null) {
    const { found, hasMore, place } = this.hits;
    const form = this.form.dataset;
    const count = String(found.length);
    const all = hasMore ? (form.many ?? "").replace("{count}", count) : count;
    const text = (form.place ?? "").replace("{place}", String(place + 1)).replace("{count}", all);
    const said = document.createElement("span");
    said.className = "fr-sr-only";
    const words = Array.from(element?.querySelectorAll("[data-speaker], [data-text]") ?? [], (part) => part.textContent);
    said.textContent = element ? ` — ${words.join(": ")}` : "";
    this.status.replaceChildren(text, said);
  }

  /** @param {"none" | "trouble" | "loading"} code */
  say(code) {
    this.status.textContent = this.form.dataset[code] ?? "";
  }

  clear() {
    this.words = "";
    this.hits = new Hits();
    this.take([], "");
    this.status.textContent = "";
    window.history.replaceState(null, "", withWords(window.location.href, ""));
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.isComposing) return;
    if (event.key === "Enter" && event.shiftKey && event.target === this.field) {
      event.preventDefault();
      void this.submitted(-1);
    } else if (event.key === "Escape" && this.words) {
      event.preventDefault();
      this.field.value = "";
      this.clear();
      const line = this.list.querySelector("[data-marked] a");
      if (line instanceof HTMLElement) line.focus({ preventScroll: true });
    }
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    const target = event.target instanceof Element ? event.target : null;
    const button = target?.closest("[data-step]");
    const link = target?.closest("[data-hit]");
    if (button instanceof HTMLElement) void this.submitted(button.dataset.step === "1" ? 1 : -1);
    else if (link instanceof HTMLElement && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      this.hits.goTo(Number(link.dataset.hit));
      void this.show();
    }
  }

  /** `/` from anywhere but where something is written. @param {KeyboardEvent} event */
  called(event) {
    const isAlone = event.key === "/" && !event.ctrlKey && !event.altKey && !event.metaKey && !event.isComposing;
    const isWriting = event.target instanceof Element && event.target.closest(TAKES_KEYS);
    if (!isAlone || isWriting || window.localStorage.getItem(SINGLE_KEYS) === "off") return;
    event.preventDefault();
    this.field.focus();
    this.field.select();
  }
}

/** Of the first line that is not above the screen. @param {HTMLElement} list */
function secondsInSight(list) {
  const line = linesIn(list).find((element) => element.getBoundingClientRect().bottom > 0);
  return Number(line?.dataset.start ?? 0);
}
