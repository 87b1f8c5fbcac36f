/** @file Hands and reactions: one's own, and who asked to speak, in their order. */

import { handsOf, mayModerate, myself } from "../state.js";
import { copyTemplate, find, findAll, onAction, setText } from "./dom.js";
import { Menu } from "./menu.js";

/** @typedef {import("../state.js").State} State */
/** @typedef {import("../protocol.js").Participant} Participant */
/** @typedef {import("../protocol.js").ReactionName} ReactionName */
/** @typedef {import("../protocol.js").Say} Say */
/** @typedef {import("../words.js").Words} Words */

export class Hands {
  #call = find(document, '[data-stage="call"]', HTMLElement);
  #root = find(this.#call, "[data-hands]", HTMLElement);
  #list = find(this.#root, '[data-list="hands"]', HTMLElement);
  #reactions = new Menu("reactions");
  #isUp = false;
  #words;
  #say;

  /**
   * @param {object} options
   * @param {Words} options.words
   * @param {Say} options.say
   */
  constructor({ words, say }) {
    this.#words = words;
    this.#say = say;
    onAction(this.#call, "toggle-hand", () => this.toggle());
    onAction(this.#call, "react", ({ dataset }) => {
      say({ type: "react", reaction: /** @type {ReactionName} */ (dataset.reaction) });
    });
    onAction(this.#list, "lower-hand", (button) => {
      const participant = button.closest("[data-participant]")?.getAttribute("data-participant") ?? "";
      say({ type: "lower-hand", participant });
    });
  }

  toggle() {
    this.#say({ type: "hand", up: !this.#isUp });
  }

  /** @param {State} state */
  render(state) {
    this.#isUp = Boolean(myself(state)?.hand);
    for (const button of findAll(this.#call, '[data-action="toggle-hand"]', HTMLButtonElement)) {
      button.setAttribute("aria-pressed", String(this.#isUp));
      button.title = this.#words.handTitle(this.#isUp);
    }
    const hands = handsOf(state);
    this.#root.hidden = hands.length === 0;
    setText(this.#root, "hands-title", this.#words.handsTitle(hands.length));
    this.#renderList(hands, state);
  }

  close() {
    this.#reactions.close();
    this.#list.replaceChildren();
  }

  /**
   * @param {Participant[]} hands
   * @param {State} state
   */
  #renderList(hands, state) {
    const rows = new Map([...this.#list.children].map((row) => [row.getAttribute("data-participant"), row]));
    const wanted = hands.map((person) => rows.get(person.id) ?? this.#rowOf(person));
    for (const row of this.#list.children) if (!wanted.includes(row)) row.remove();
    wanted.forEach((row, index) => {
      if (this.#list.children[index] !== row) this.#list.insertBefore(row, this.#list.children[index] ?? null);
      const mine = row.getAttribute("data-participant") === state.me;
      find(row, '[data-action="lower-hand"]', HTMLButtonElement).hidden = mine || !mayModerate(state);
    });
  }

  /** @param {Participant} person */
  #rowOf(person) {
    const row = copyTemplate("hand");
    row.dataset.participant = person.id;
    setText(row, "name", person.name);
    const button = find(row, '[data-action="lower-hand"]', HTMLButtonElement);
    button.setAttribute("aria-label", this.#words.lowerHand(person.name));
    return row;
  }
}
