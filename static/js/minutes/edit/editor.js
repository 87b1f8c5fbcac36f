/** @file Correcting on the page: the line that is meant, what keys and buttons ask, and what the page says of it. */

import { openHistory, openReplace, openSpeaker, show } from "./dialogs.js";
import { commandInText, commandOnLine } from "./keys.js";
import { openNote, selectedLines } from "./noting.js";
import { beside, idOf, lineOf, put, revisionOf } from "./list.js";
import { Undoing } from "./undoing.js";
import { Writing } from "./writing.js";

/** @typedef {import("./door.js").Answer} Answer */
/** @typedef {import("./door.js").Door} Door */
/** @typedef {import("./keys.js").Command} Command */

export class Editor {
  /**
   * @param {HTMLElement} list
   * @param {HTMLElement} bar
   * @param {Door} door
   * @param {Record<string, string>} words
   */
  constructor(list, bar, door, words) {
    this.list = list;
    this.bar = bar;
    this.door = door;
    this.words = words;
    this.undoing = new Undoing();
    this.isOn = false;
    /** @type {HTMLElement | null} */
    this.current = null;
    /** @type {Writing | null} */
    this.writing = null;
    this.tools = /** @type {HTMLElement} */ (this.cloned("tools"));
    list.addEventListener("keydown", (event) => this.pressed(event));
    list.addEventListener("focusin", (event) => this.focused(event.target));
    list.addEventListener("dblclick", (event) => this.pointed(event.target));
    document.addEventListener("click", (event) => this.clicked(event.target));
    window.addEventListener("pagehide", () => void this.writing?.save());
    window.addEventListener("beforeunload", (event) => this.writing?.isUnsaved && event.preventDefault());
  }

  /** @param {string} name of a template of the page */
  cloned(name) {
    const template = /** @type {HTMLTemplateElement} */ (document.querySelector(`template[data-template="${name}"]`));
    return template.content.firstElementChild?.cloneNode(true);
  }

  /** @param {string} code */
  say(code) {
    const status = this.bar.querySelector("[data-status]");
    if (status) status.textContent = this.words[code] ?? this.words.refused ?? code;
    this.bar.dataset.state = code;
  }

  toggle() {
    this.isOn = !this.isOn;
    this.list.toggleAttribute("data-editing", this.isOn);
    this.bar.querySelector("[data-command=toggle]")?.setAttribute("aria-pressed", String(this.isOn));
    for (const tool of this.bar.querySelectorAll("[data-when-on]")) tool.toggleAttribute("hidden", !this.isOn);
    if (!this.isOn) {
      this.leave();
      this.choose(null);
      return;
    }
    const first = this.list.querySelector("[data-marked], [data-playing]") ?? this.list.querySelector("[data-line]");
    this.choose(/** @type {HTMLElement | null} */ (first));
    this.current?.focus();
    this.say("on");
  }

  /** @param {HTMLElement | null} element */
  choose(element) {
    if (element === this.current) return;
    this.current?.removeAttribute("tabindex");
    this.tools.remove();
    this.current = element;
    if (element) {
      element.tabIndex = 0;
      element.append(this.tools);
    }
  }

  /** @param {EventTarget | null} target */
  focused(target) {
    const element = target instanceof Element ? target.closest("[data-line]") : null;
    if (this.isOn && element instanceof HTMLElement && element !== this.writing?.element) {
      this.leave();
      this.choose(element.isConnected ? element : lineOf(this.list, idOf(element)));
    }
  }

  /** @param {EventTarget | null} target */
  pointed(target) {
    const element = target instanceof Element ? target.closest("[data-line]") : null;
    if (this.isOn && element instanceof HTMLElement) this.edit(element);
  }

  /** @param {EventTarget | null} target */
  clicked(target) {
    const button = target instanceof Element ? target.closest("[data-command]") : null;
    if (button instanceof HTMLElement && button.dataset.command === "toggle") this.toggle();
    else if (button instanceof HTMLElement) this.run(/** @type {Command} */ (button.dataset.command));
    else if (this.isOn && target instanceof Element && !target.closest("a, button, textarea, dialog")) {
      this.focused(target);
      if (target.closest("[data-line]")) this.focus();
    }
  }

  focus() {
    if (!this.writing) this.current?.focus({ preventScroll: true });
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (!this.isOn || event.isComposing) return;
    const field = this.writing?.field;
    const isOnLine = event.target === this.current || event.ctrlKey || event.metaKey;
    const command =
      field && event.target === field
        ? commandInText(event, { start: field.selectionStart, end: field.selectionEnd })
        : isOnLine
          ? commandOnLine(event)
          : undefined;
    if (command) {
      event.preventDefault();
      this.run(command);
    }
  }

  /** @param {Command} command */
  run(command) {
    /** @type {Record<Command, () => unknown>} */
    const commands = {
      edit: () => this.current && this.edit(this.current),
      next: () => this.move(1),
      previous: () => this.move(-1),
      leave: () => this.leave(),
      "save-and-next": () => this.saveAndNext(),
      split: () => this.split(),
      merge: () => this.change("merge"),
      remove: () => this.change("remove"),
      play: () => this.current?.querySelector("a")?.click(),
      undo: () => this.undo(),
      redo: () => this.redo(),
      speaker: () => this.current && openSpeaker(this, this.current),
      history: () => this.current && openHistory(this, this.current),
      replace: () => openReplace(this),
      note: () => this.note(),
      help: () => show("help"),
    };
    void commands[command]();
  }

  /** @param {HTMLElement} element */
  edit(element) {
    if (this.writing?.element === element) return;
    this.leave();
    this.choose(element);
    this.writing = new Writing(this, element);
  }

  /** @param {1 | -1} step */
  move(step) {
    const next = this.current && beside(this.current, step);
    if (next) {
      this.choose(next);
      next.focus();
    }
  }

  /** What was written is sent; the field goes, unless the server has not got it. */
  async leave() {
    const writing = this.writing;
    if (!writing || !(await writing.save()) || this.writing !== writing) return;
    this.writing = null;
    const hadFocus = writing.element.contains(document.activeElement);
    const shown = writing.end();
    if (shown) this.put([shown], []);
    if (hadFocus) lineOf(this.list, writing.id)?.focus();
  }

  async note() {
    const lines = selectedLines(this.list, this.current);
    await this.leave();
    if (!this.writing) openNote(lines);
  }

  async saveAndNext() {
    const next = this.current && beside(this.current, 1);
    await this.leave();
    if (next && !this.writing) this.edit(next);
  }

  async split() {
    const halves = this.writing?.halves;
    if (!halves || !this.current) return;
    if (!halves.left.trim() || !halves.right.trim()) return this.saveAndNext();
    const piece = await this.change("split", halves);
    const fresh = piece?.lines?.at(-1);
    const element = fresh && lineOf(this.list, fresh.id);
    if (element) this.edit(element);
  }

  /**
   * On the current line, by what it says now.
   *
   * @param {string} verb
   * @param {Record<string, unknown>} more
   */
  async change(verb, more = {}) {
    const element = this.current;
    if (!element) return undefined;
    if (verb !== "split" && this.writing && !(await this.writing.save())) return undefined;
    const neighbour = beside(element, -1) ?? beside(element, 1);
    const answer = await this.door.send(() => ({
      do: verb,
      line: idOf(element),
      revision: revisionOf(element),
      ...more,
    }));
    if (!this.took(answer)) return undefined;
    const id = answer.removed?.includes(idOf(element)) ? idOf(neighbour ?? element) : idOf(element);
    const stays = lineOf(this.list, id);
    this.choose(stays);
    stays?.focus();
    return answer;
  }

  /**
   * @param {Answer} answer
   * @returns {boolean} whether it was done
   */
  took(answer) {
    if (answer.status !== 200) {
      if (answer.lines) this.put(answer.lines, []);
      this.say(answer.code ?? "refused");
      return false;
    }
    this.undoing.did(answer.edit);
    this.put(answer.lines ?? [], answer.removed ?? []);
    this.say("saved");
    return true;
  }

  /**
   * @param {import("./door.js").Shown[]} lines
   * @param {number[]} removed
   */
  put(lines, removed) {
    const id = this.current && idOf(this.current);
    if (this.writing && lines.some((line) => line.id === this.writing?.id)) {
      this.writing.end();
      this.writing = null;
    }
    put(this.list, lines, removed);
    this.current = null;
    this.choose(id === null ? null : lineOf(this.list, id));
  }

  async undo() {
    const edit = this.undoing.next;
    if (edit === undefined) return this.say("nothing-to-undo");
    const answer = await this.door.send(() => ({ do: "undo", edit }));
    this.undone(answer, () => this.undoing.undid(answer.edit), "undone");
  }

  async redo() {
    const edit = this.undoing.again;
    if (edit === undefined) return this.say("nothing-to-redo");
    const answer = await this.door.send(() => ({ do: "undo", edit }));
    this.undone(answer, () => this.undoing.redid(answer.edit), "redone");
  }

  /**
   * @param {Answer} answer
   * @param {() => void} note
   * @param {string} code
   */
  undone(answer, note, code) {
    const hadFocus = this.list.contains(document.activeElement);
    if (answer.status === 200) {
      note();
      this.put(answer.lines ?? [], answer.removed ?? []);
      const shown = answer.lines?.[0];
      this.choose(shown ? lineOf(this.list, shown.id) : this.list.querySelector("[data-line]"));
      this.say(code);
    } else {
      if (answer.lines) this.put(answer.lines, []);
      if (answer.status) this.undoing.forget();
      this.say(answer.code === "changed-meanwhile" ? "undo-changed" : (answer.code ?? "refused"));
    }
    if (hadFocus) this.current?.focus();
  }
}
