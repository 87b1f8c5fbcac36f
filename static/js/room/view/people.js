/** @file The list of who is here: name, assurance, microphone, and what the recording keeps of them. */

import { colourOf, copyTemplate, find, initialsOf, setText, showMark } from "./dom.js";

/** @typedef {import("../state.js").State} State */
/** @typedef {import("../protocol.js").Participant} Participant */
/** @typedef {import("../words.js").Words} Words */
/** @typedef {{has: (id: string) => boolean, toggle: (id: string) => void}} Pins people kept in front, by oneself */

export class People {
  #panel = find(document, '[data-panel="people"]', HTMLElement);
  #list = find(this.#panel, '[data-list="people"]', HTMLElement);
  /** @type {Map<string, HTMLElement>} */
  #rows = new Map();
  #words;
  #pins;

  /**
   * @param {Words} words
   * @param {Pins} pins
   */
  constructor(words, pins) {
    this.#words = words;
    this.#pins = pins;
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
    this.#rows.clear();
    this.#list.replaceChildren();
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
    setText(row, "assurance", assuranceOf(person, this.#words));
    setText(row, "institution", person.institution);
    showMark(row, "organiser", person.role === "organiser");
    showMark(row, "shared", person.shared_microphone);
    showMark(row, "muted", !person.microphone);
    showMark(row, "not-captioned", person.captionable === false);
    showMark(row, "hand", Boolean(person.hand));
    showMark(row, "pinned", this.#pins.has(person.id));
    const actions = find(row, '[data-opens="person"]', HTMLButtonElement);
    actions.hidden = person.id === state.me;
    if (actions.title !== this.#words.actionsFor(person.name)) actions.title = this.#words.actionsFor(person.name);
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

/**
 * @param {{assurance: import("../protocol.js").Assurance, invited_by?: string}} person
 * @param {Words} words
 */
export function assuranceOf({ assurance, invited_by }, words) {
  return invited_by ? `${words.invited} (${invited_by})` : words[assurance];
}
