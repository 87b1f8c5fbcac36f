/** @file Menus: what opens them has `data-opens="name"`; arrows walk through, Escape and a click elsewhere close. */

import { find, findAll } from "./dom.js";

const GAP = 6;
const EDGE = 8; // what stays free between a menu and the window's edge

export class Menu {
  #root;
  #onOpen;
  /** @type {HTMLElement | null} where the focus was, and goes again */
  #anchor = null;

  /**
   * @param {string} name
   * @param {(opener: HTMLElement) => void} [onOpen] before it is shown: hide what does not apply
   */
  constructor(name, onOpen = () => {}) {
    this.#root = find(document, `[data-menu="${name}"]`, HTMLElement);
    this.#onOpen = onOpen;
    document.addEventListener("click", (event) => this.#clicked(event, name));
    document.addEventListener("pointerdown", (event) => this.#pressedElsewhere(event), { capture: true });
    this.#root.addEventListener("keydown", (event) => this.#pressed(event));
    this.#root.addEventListener("click", (event) => {
      if (event.target instanceof Element && event.target.closest('[role^="menuitem"]')) this.#leave();
    });
    addEventListener("resize", () => this.close());
  }

  get root() {
    return this.#root;
  }

  get isOpen() {
    return this.#anchor !== null;
  }

  close() {
    const anchor = this.#anchor;
    if (!anchor) return;
    const hadFocus = this.#root.contains(document.activeElement);
    this.#anchor = null;
    this.#root.hidePopover();
    anchor.setAttribute("aria-expanded", "false");
    if (hadFocus && anchor.isConnected) anchor.focus();
  }

  /** Not every browser gives a button the focus when it is clicked. */
  #leave() {
    const anchor = this.#anchor;
    this.close();
    anchor?.focus();
  }

  /**
   * @param {MouseEvent} event
   * @param {string} name
   */
  #clicked(event, name) {
    const opener = event.target instanceof Element ? event.target.closest(`[data-opens="${name}"]`) : null;
    if (!(opener instanceof HTMLElement)) return;
    const inMenu = opener.closest("[data-menu]"); // that menu has closed, and its button has the focus
    const anchor = inMenu && document.activeElement instanceof HTMLElement ? document.activeElement : opener;
    if (this.#anchor === anchor) this.close();
    else this.#open(opener, anchor);
  }

  /**
   * @param {HTMLElement} opener
   * @param {HTMLElement} anchor
   */
  #open(opener, anchor) {
    this.close();
    this.#onOpen(opener);
    this.#anchor = anchor;
    anchor.setAttribute("aria-expanded", "true");
    this.#root.showPopover();
    this.#place(anchor.getBoundingClientRect());
    this.#items()[0]?.focus();
  }

  /** Below the button or above it, inside the window. @param {DOMRect} anchor */
  #place(anchor) {
    const { width, height } = this.#root.getBoundingClientRect();
    const below = anchor.bottom + GAP;
    const top = below + height + EDGE <= innerHeight ? below : anchor.top - GAP - height;
    const left = Math.min(anchor.right - width, innerWidth - width - EDGE);
    this.#root.style.top = `${Math.max(EDGE, top)}px`;
    this.#root.style.left = `${Math.max(EDGE, left)}px`;
  }

  #items() {
    return findAll(this.#root, '[role^="menuitem"]', HTMLElement).filter((item) => item.checkVisibility());
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const items = this.#items();
    const at = items.findIndex((item) => item === document.activeElement);
    /** @type {Record<string, number>} */
    const goals = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: -1 };
    const goal = goals[event.key];
    if (goal !== undefined) items.at(goal % items.length)?.focus();
    else if (event.key === "Escape" || event.key === "Tab") this.close();
    else return;
    if (event.key !== "Tab") event.preventDefault();
    event.stopPropagation();
  }

  /** @param {PointerEvent} event */
  #pressedElsewhere(event) {
    if (!this.#anchor || !(event.target instanceof Node)) return;
    if (!this.#root.contains(event.target) && !this.#anchor.contains(event.target)) this.close();
  }
}
