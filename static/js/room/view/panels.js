/** @file The panels beside the stage, of which one is open at a time. */

import { find, findAll, onAction } from "./dom.js";

/** @typedef {"people" | "chat" | "captions"} PanelName */

const NAMES = /** @type {const} */ (["people", "chat", "captions"]);

export class Panels {
  #call = find(document, '[data-stage="call"]', HTMLElement);
  #onOpen;
  /** @type {PanelName | null} */
  #open = null;

  /** @param {(name: PanelName) => void} onOpen */
  constructor(onOpen) {
    this.#onOpen = onOpen;
    for (const name of NAMES) onAction(this.#call, `toggle-${name}`, () => this.toggle(name));
    onAction(this.#call, "close-panel", () => this.close());
  }

  /** @param {PanelName} name */
  isOpen(name) {
    return this.#open === name;
  }

  /** @param {PanelName} name */
  toggle(name) {
    if (this.isOpen(name)) this.close();
    else this.open(name);
  }

  /** @param {PanelName} name */
  open(name) {
    this.#show(name);
    const panel = this.#panelOf(name);
    const typing = matchMedia("(hover: hover)").matches; // elsewhere a keyboard would cover what is to be read
    const field = typing ? findAll(panel, "[data-panel-focus]", HTMLElement)[0] : undefined;
    (field ?? find(panel, "h2", HTMLElement)).focus();
    this.#onOpen(name);
  }

  /** The focus goes back to the button, if it was inside. */
  close() {
    const name = this.#open;
    if (name === null) return;
    const wasInside = this.#panelOf(name).contains(document.activeElement);
    this.#show(null);
    if (wasInside) this.#buttonOf(name).focus();
  }

  /** @param {PanelName | null} open */
  #show(open) {
    this.#open = open;
    this.#call.classList.toggle("call--panel", open !== null);
    for (const name of NAMES) {
      this.#panelOf(name).hidden = name !== open;
      this.#buttonOf(name).setAttribute("aria-expanded", String(name === open));
    }
  }

  /** @param {PanelName} name */
  #panelOf(name) {
    return find(this.#call, `[data-panel="${name}"]`, HTMLElement);
  }

  /** What opens it; a narrow toolbar has it in a menu. @param {PanelName} name */
  #buttonOf(name) {
    return find(this.#call, `[data-action="toggle-${name}"]`, HTMLButtonElement);
  }
}
