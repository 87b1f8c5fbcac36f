/** @file The list of who is here: name, assurance, microphone, and what the recording keeps of them. */

import { colourOf, copyTemplate, find, initialsOf, onAction, setText, showMark } from "./dom.js";

/** @typedef {import("../state.js").State} State */
/** @typedef {import("../protocol.js").Participant} Participant */
/** @typedef {import("../words.js").Words} Words */

export class People {
  #call = find(document, '[data-stage="call"]', HTMLElement);
  #panel = find(this.#call, '[data-panel="people"]', HTMLElement);
  #list = find(this.#panel, '[data-list="people"]', HTMLElement);
  /** @type {Map<string, HTMLElement>} */
  #rows = new Map();
  #words;

  /** @param {Words} words */
  constructor(words) {
    this.#words = words;
    onAction(this.#call, "toggle-people", () => this.#toggle(this.#panel.hidden === true));
    onAction(this.#panel, "close-people", () => this.#toggle(false));
    this.#panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#toggle(false);
    });
  }

  /** @param {State} state */
  render(state) {
    setText(this.#panel, "people-title", this.#words.people(state.participants.length));
    const present = new Set(state.participants.map(({ id }) => id));
    for (const [id, row] of this.#rows) {
      if (present.has(id)) continue;
      row.remove();
      this.#rows.delete(id);
    }
    for (const person of state.participants) this.#renderRow(person, state);
  }

  close() {
    this.#toggle(false);
    this.#rows.clear();
    this.#list.replaceChildren();
  }

  /** @param {boolean} open */
  #toggle(open) {
    const button = find(this.#call, '[data-toolbar] [data-action="toggle-people"]', HTMLButtonElement);
    const wasInside = this.#panel.contains(document.activeElement);
    this.#panel.hidden = !open;
    this.#call.classList.toggle("call--people", open);
    button.setAttribute("aria-expanded", String(open));
    if (open) find(this.#panel, "h2", HTMLElement).focus();
    else if (wasInside) button.focus();
  }

  /**
   * @param {Participant} person
   * @param {State} state
   */
  #renderRow(person, state) {
    const row = this.#rowOf(person.id);
    const initials = find(row, ".person__initials", HTMLElement);
    initials.dataset.colour = colourOf(person.name);
    initials.textContent = initialsOf(person.name);
    row.dataset.participant = person.id;
    row.dataset.assurance = person.assurance;
    setText(row, "name", person.name);
    setText(row, "you", person.id === state.me ? `(${this.#words.you})` : "");
    setText(row, "assurance", person.invited_by ? `${this.#words.invited} (${person.invited_by})` : this.#words[person.assurance]);
    setText(row, "institution", person.institution);
    showMark(row, "organiser", person.role === "organiser");
    showMark(row, "shared", person.shared_microphone);
    showMark(row, "muted", !person.microphone);
    this.#renderRecord(row, person, state);
  }

  /**
   * @param {HTMLElement} row
   * @param {Participant} person
   * @param {State} state
   */
  #renderRecord(row, person, { recording }) {
    const on = recording?.on_record.includes(person.id) ?? false;
    row.dataset.onRecord = recording ? String(on) : "";
    setText(row, "record", recording ? (on ? this.#words.onRecord : this.#words.offRecord) : "");
  }

  /** @param {string} id */
  #rowOf(id) {
    const known = this.#rows.get(id);
    if (known) return known;
    const row = copyTemplate("person");
    this.#rows.set(id, row);
    this.#list.append(row);
    return row;
  }
}
