/** @file For organisers: who waits to be let in, and a word to them. */

import { mayModerate } from "../state.js";
import { copyTemplate, find, findAll, onAction, setText } from "./dom.js";
import { assuranceOf } from "./people.js";

/** @typedef {import("../state.js").State} State */
/** @typedef {import("../protocol.js").Person} Person */
/** @typedef {import("../protocol.js").Say} Say */
/** @typedef {import("../words.js").Words} Words */

export class WaitingList {
  #call = find(document, '[data-stage="call"]', HTMLElement);
  #root = find(this.#call, "[data-waiting]", HTMLElement);
  #list = find(this.#root, '[data-list="waiting"]', HTMLElement);
  #badge = find(this.#call, "[data-waiting-badge]", HTMLElement);
  /** @type {Map<string, HTMLElement>} */
  #rows = new Map();
  #words;
  #say;
  #onTold;

  /**
   * @param {object} options
   * @param {Words} options.words
   * @param {Say} options.say
   * @param {() => void} options.onTold
   */
  constructor({ words, say, onTold }) {
    this.#words = words;
    this.#say = say;
    this.#onTold = onTold;
    onAction(this.#root, "admit", (button) => say({ type: "admit", person: personOf(button) }));
    onAction(this.#root, "refuse", (button) => say({ type: "refuse", person: personOf(button) }));
    onAction(this.#root, "admit-all", () => say({ type: "admit-all" }));
    const form = find(this.#root, '[data-form="tell-waiting"]', HTMLFormElement);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#tell(form);
    });
  }

  /** @param {State} state */
  render(state) {
    const people = mayModerate(state) ? state.waiting : [];
    const count = people.length;
    this.#badge.hidden = count === 0;
    setText(this.#badge, "waiting-count", String(count));
    setText(this.#badge, "waiting-words", this.#words.waitingCount(count));
    setText(this.#root, "waiting-title", this.#words.waitingTitle(count));
    find(this.#root, '[data-action="admit-all"]', HTMLButtonElement).hidden = count < 2;
    const hadFocus = this.#list.contains(document.activeElement);
    this.#renderRows(people);
    this.#root.hidden = count === 0;
    if (hadFocus && !this.#list.contains(document.activeElement)) this.#focusNext();
  }

  close() {
    this.#rows.clear();
    this.#list.replaceChildren();
    this.#root.hidden = this.#badge.hidden = true;
  }

  /** @param {readonly Person[]} people */
  #renderRows(people) {
    const waiting = new Set(people.map(({ id }) => id));
    for (const [id, row] of this.#rows) {
      if (waiting.has(id)) continue;
      row.remove();
      this.#rows.delete(id);
    }
    for (const person of people) if (!this.#rows.has(person.id)) this.#addRow(person);
  }

  /** @param {Person} person */
  #addRow(person) {
    const row = copyTemplate("waiting");
    row.dataset.person = person.id;
    setText(row, "name", person.name);
    setText(row, "assurance", assuranceOf(person, this.#words));
    setText(row, "institution", person.institution);
    const titles = { admit: this.#words.admit(person.name), refuse: this.#words.refuse(person.name) };
    for (const [action, title] of Object.entries(titles)) {
      find(row, `[data-action="${action}"]`, HTMLButtonElement).setAttribute("aria-label", title);
    }
    this.#rows.set(person.id, row);
    this.#list.append(row);
  }

  /** Who was let in had the focus: the next one waits for the same. */
  #focusNext() {
    const next = findAll(this.#list, '[data-action="admit"]', HTMLButtonElement)[0];
    (next ?? find(this.#call, '[data-panel="people"] h2', HTMLElement)).focus();
  }

  /** @param {HTMLFormElement} form */
  #tell(form) {
    const field = find(form, "input", HTMLInputElement);
    const text = field.value.trim();
    if (text === "" || !this.#say({ type: "tell-waiting", text })) return;
    field.value = "";
    this.#onTold();
  }
}

/** @param {HTMLElement} button */
function personOf(button) {
  return button.closest("[data-person]")?.getAttribute("data-person") ?? "";
}
