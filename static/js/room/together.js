/** @file What people do in a meeting beside speaking: wait, write, ask to speak, organise. Wires its views. */

import { Chat } from "./view/chat.js";
import { Hands } from "./view/hands.js";
import { Menu } from "./view/menu.js";
import { Moderation } from "./view/moderation.js";
import { Panels } from "./view/panels.js";
import { People } from "./view/people.js";
import { WaitingList } from "./view/waiting.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./protocol.js").Say} Say */
/** @typedef {import("./words.js").Words} Words */
/** @typedef {import("./view/people.js").Pins} Pins */
/** @typedef {import("./view/notices.js").Notices} Notices */

export class Together {
  panels;
  hands;
  chat;
  #people;
  #waiting;
  #moderation;
  #more = new Menu("more");
  /** @type {State | null} */
  #state = null;

  /**
   * @param {object} options
   * @param {Words} options.words
   * @param {string} options.lang
   * @param {Notices} options.notices
   * @param {Pins} options.pins
   * @param {Say} options.say
   */
  constructor({ words, lang, notices, pins, say }) {
    this.panels = new Panels((name) => this.#opened(name));
    this.hands = new Hands({ words, say });
    this.chat = new Chat({ words, lang, say, onNotSent: () => notices.show(words.chatNotSent) });
    this.#people = new People(words, pins);
    this.#waiting = new WaitingList({ words, say, onTold: () => notices.show(words.waitingTold) });
    this.#moderation = new Moderation({ words, pins, say, onDone: (sentence) => notices.show(sentence) });
    this.#connect(notices, "waiting", "people");
    this.#connect(notices, "hand", "people");
    this.#connect(notices, "chat", "chat");
  }

  /** @param {State} state */
  render(state) {
    this.#state = state;
    for (const view of [this.#people, this.#waiting, this.hands, this.chat, this.#moderation]) view.render(state);
  }

  close() {
    const views = [this.panels, this.#people, this.#waiting, this.hands, this.chat, this.#moderation, this.#more];
    for (const view of views) view.close();
    this.#state = null;
  }

  /**
   * @param {Notices} notices
   * @param {import("./digest.js").Kind} kind
   * @param {import("./view/panels.js").PanelName} panel
   */
  #connect(notices, kind, panel) {
    notices.connect(kind, { isOpen: () => this.panels.isOpen(panel), open: () => this.panels.open(panel) });
  }

  /** @param {import("./view/panels.js").PanelName} name */
  #opened(name) {
    if (name !== "chat" || !this.#state) return;
    this.chat.render(this.#state); // what is seen is read
    this.chat.scrollToEnd();
  }
}
