/** @file The written discussion: a panel with messages, and a field. Text is text: nothing in it becomes a page. */

import { findLinks } from "../links.js";
import { unreadAfter } from "../state.js";
import { copyTemplate, find, setText } from "./dom.js";

/** @typedef {import("../state.js").State} State */
/** @typedef {import("../protocol.js").ChatMessage} ChatMessage */
/** @typedef {import("../protocol.js").Say} Say */
/** @typedef {import("../words.js").Words} Words */

const NEAR_END_PX = 80; // who reads further up is left where they are

export class Chat {
  #call = find(document, '[data-stage="call"]', HTMLElement);
  #panel = find(this.#call, '[data-panel="chat"]', HTMLElement);
  #list = find(this.#panel, '[data-list="messages"]', HTMLElement);
  #scroller = find(this.#panel, "[data-scroller]", HTMLElement);
  #field = find(this.#panel, "textarea", HTMLTextAreaElement);
  #badge = find(this.#call, "[data-unread]", HTMLElement);
  #clock;
  #words;
  #say;
  #onNotSent;
  /** @type {readonly ChatMessage[]} */
  #shown = [];
  /** @type {string | null} the last message that was seen */
  #read = null;
  #sent = "";

  /**
   * @param {object} options
   * @param {Words} options.words
   * @param {string} options.lang
   * @param {Say} options.say
   * @param {() => void} options.onNotSent
   */
  constructor({ words, lang, say, onNotSent }) {
    this.#words = words;
    this.#say = say;
    this.#onNotSent = onNotSent;
    this.#clock = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit" });
    find(this.#panel, '[data-form="chat"]', HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#send();
    });
  }

  /** @param {State} state */
  render(state) {
    if (state.chat !== this.#shown) this.#renderMessages(state);
    if (!this.#panel.hidden) this.#read = state.chat.at(-1)?.id ?? null;
    const unread = unreadAfter(state, this.#read);
    this.#badge.hidden = unread === 0;
    setText(this.#badge, "unread-count", unread > 99 ? "99+" : String(unread));
    setText(this.#badge, "unread-words", this.#words.unread(unread));
  }

  scrollToEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  /** The server refused it: the words are not lost. */
  giveBack() {
    if (this.#field.value === "") this.#field.value = this.#sent;
  }

  close() {
    this.#shown = [];
    this.#read = null;
    this.#list.replaceChildren();
    this.#field.value = this.#sent = "";
    this.#badge.hidden = true;
  }

  #send() {
    const text = this.#field.value.trim();
    if (text === "") return;
    if (!this.#say({ type: "chat", text })) return this.#onNotSent();
    this.#sent = text;
    this.#field.value = "";
  }

  /** @param {State} state */
  #renderMessages({ chat, me }) {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    const wasAtEnd = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    const follows = this.#shown.every((message, index) => message.id === chat[index]?.id);
    if (!follows) this.#list.replaceChildren();
    for (const message of follows ? chat.slice(this.#shown.length) : chat) this.#list.append(this.#rowOf(message, me));
    this.#shown = chat;
    find(this.#panel, "[data-empty]", HTMLElement).hidden = chat.length > 0;
    if (wasAtEnd || chat.at(-1)?.participant === me) this.scrollToEnd();
  }

  /**
   * @param {ChatMessage} message
   * @param {string | null} me
   */
  #rowOf({ participant, name, text, at }, me) {
    const row = copyTemplate("message");
    row.classList.toggle("message--mine", participant === me);
    setText(row, "name", participant === me ? `${name} (${this.#words.you})` : name);
    const time = find(row, "time", HTMLTimeElement);
    time.dateTime = at;
    time.textContent = this.#clock.format(new Date(at));
    find(row, ".message__text", HTMLElement).append(...findLinks(text).map((piece) => this.#nodeOf(piece)));
    find(row, "[data-copy]", HTMLButtonElement).dataset.copy = text;
    return row;
  }

  /** @param {import("../links.js").Piece} piece */
  #nodeOf({ text, href }) {
    if (href === null) return document.createTextNode(text);
    const link = document.createElement("a");
    link.textContent = text;
    link.href = href;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    link.title = this.#words.newTab(text);
    return link;
  }
}
