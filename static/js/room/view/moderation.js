/** @file What may be done with a person, by the menu of their row; by organisers with the meeting, by one of the bar. */

import { mayModerate, myself } from "../state.js";
import { Confirm } from "./confirm.js";
import { find, findAll, onAction } from "./dom.js";
import { Menu } from "./menu.js";

/** @typedef {import("../state.js").State} State */
/** @typedef {import("../protocol.js").Participant} Participant */
/** @typedef {import("../protocol.js").Say} Say */
/** @typedef {import("../words.js").Words} Words */

export class Moderation {
  #call = find(document, '[data-stage="call"]', HTMLElement);
  #confirm = new Confirm();
  #personMenu = new Menu("person", (opener) => this.#openFor(opener));
  #meetingMenu = new Menu("meeting");
  #words;
  #pins;
  #say;
  #onDone;
  /** @type {State | null} */
  #state = null;
  /** @type {Participant | null} whose menu is open, or was last */
  #person = null;

  /**
   * @param {object} options
   * @param {Words} options.words
   * @param {import("./people.js").Pins} options.pins
   * @param {Say} options.say
   * @param {(sentence: string) => void} options.onDone
   */
  constructor({ words, pins, say, onDone }) {
    this.#words = words;
    this.#pins = pins;
    this.#say = say;
    this.#onDone = onDone;
    this.#connectPerson();
    this.#connectMeeting();
  }

  /** @param {State} state */
  render(state) {
    this.#state = state;
    const may = mayModerate(state);
    for (const element of findAll(this.#call, "[data-organisers]", HTMLElement)) element.hidden = !may;
    find(this.#call, "[data-locked]", HTMLElement).hidden = !state.room.locked;
    this.#check("lock", state.room.locked);
    this.#check("may-unmute", state.room.may_unmute);
    if (!may) this.#meetingMenu.close();
    if (!state.participants.some(({ id }) => id === this.#person?.id)) this.#personMenu.close();
  }

  close() {
    this.#personMenu.close();
    this.#meetingMenu.close();
    this.#confirm.close();
    this.#state = this.#person = null;
  }

  #connectPerson() {
    const root = this.#personMenu.root;
    onAction(root, "pin", () => this.#to(({ id }) => this.#pins.toggle(id)));
    for (const source of /** @type {const} */ (["microphone", "camera", "screen"])) {
      const silence = (/** @type {Participant} */ { id }) => this.#say({ type: "silence", participant: id, source });
      onAction(root, `silence-${source}`, () => this.#to(silence));
    }
    for (const type of /** @type {const} */ (["lower-hand", "make-organiser"])) {
      onAction(root, type, () => this.#to(({ id }) => this.#say({ type, participant: id })));
    }
    onAction(root, "hand-over", () => this.#to((person) => this.#askHandOver(person)));
    onAction(root, "remove", () => this.#to((person) => this.#askRemove(person)));
  }

  #connectMeeting() {
    const root = this.#meetingMenu.root;
    onAction(root, "silence-all", () => {
      if (this.#say({ type: "silence-all" })) this.#onDone(this.#words.everybodyMuted);
    });
    onAction(root, "lock", () => this.#say({ type: "lock", on: !this.#state?.room.locked }));
    onAction(root, "may-unmute", () => this.#say({ type: "may-unmute", on: !this.#state?.room.may_unmute }));
    onAction(root, "end", () => this.#askEnd());
  }

  /** @param {(person: Participant) => void} act */
  #to(act) {
    if (this.#person) act(this.#person);
  }

  /** Offer what applies to this person now. @param {HTMLElement} opener */
  #openFor(opener) {
    const id = opener.closest("[data-participant]")?.getAttribute("data-participant");
    const person = this.#state?.participants.find((one) => one.id === id);
    if (!person || !this.#state) return;
    this.#person = person;
    this.#personMenu.root.setAttribute("aria-label", this.#words.actionsFor(person.name));
    const pin = find(this.#personMenu.root, '[data-action="pin"]', HTMLButtonElement);
    pin.setAttribute("aria-checked", String(this.#pins.has(person.id)));
    for (const [action, applies] of Object.entries(offeredFor(person, this.#state))) {
      find(this.#personMenu.root, `[data-action="${action}"]`, HTMLButtonElement).hidden = !applies;
    }
  }

  /** @param {Participant} person */
  #askHandOver({ id, name }) {
    const { handOverTitle, handOverText, handOverConfirm } = this.#words;
    const question = { title: handOverTitle(name), text: handOverText, confirm: handOverConfirm };
    this.#confirm.ask(question, () => this.#say({ type: "hand-over", participant: id }));
  }

  /** @param {Participant} person */
  #askRemove({ id, name }) {
    const { removeTitle, removeText, removeConfirm } = this.#words;
    const question = { title: removeTitle(name), text: removeText, confirm: removeConfirm };
    this.#confirm.ask(question, () => this.#say({ type: "remove", participant: id }));
  }

  #askEnd() {
    const { endTitle, endText, endConfirm } = this.#words;
    this.#confirm.ask({ title: endTitle, text: endText, confirm: endConfirm }, () => this.#say({ type: "end" }));
  }

  /**
   * @param {string} action
   * @param {boolean} on
   */
  #check(action, on) {
    const item = find(this.#meetingMenu.root, `[data-action="${action}"]`, HTMLButtonElement);
    item.setAttribute("aria-checked", String(on));
  }
}

/**
 * @param {Participant} person
 * @param {State} state
 * @returns {Record<string, boolean>}
 */
function offeredFor(person, state) {
  const may = mayModerate(state);
  return {
    "silence-microphone": may && person.microphone,
    "silence-camera": may && person.camera,
    "silence-screen": may && person.screen,
    "lower-hand": may && Boolean(person.hand),
    "make-organiser": may && person.colleague && person.role !== "organiser",
    "hand-over": may && person.colleague && (myself(state)?.owner ?? false),
    remove: may,
  };
}
