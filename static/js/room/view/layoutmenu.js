/** @file How one sees the meeting: the arrangement of tiles, one's own picture, the full screen. */

import { recallPreferences, rememberPreferences } from "../preferences.js";
import { find, findAll, onAction, setText } from "./dom.js";
import { Menu } from "./menu.js";

/** @typedef {import("../preferences.js").Layout} Layout */
/** @typedef {import("../preferences.js").Preferences} Preferences */
/** @typedef {import("../words.js").Words} Words */

export class LayoutMenu {
  preferences = recallPreferences();
  #call = find(document, '[data-stage="call"]', HTMLElement);
  #menu = new Menu("layout", () => this.#render());
  #words;
  #onChange;

  /**
   * @param {object} options
   * @param {Words} options.words
   * @param {() => void} options.onChange
   */
  constructor({ words, onChange }) {
    this.#words = words;
    this.#onChange = onChange;
    const { root } = this.#menu;
    onAction(root, "choose-layout", ({ dataset }) => this.#choose({ layout: /** @type {Layout} */ (dataset.layout) }));
    onAction(root, "toggle-self-view", () => this.#choose({ selfView: !this.preferences.selfView }));
    onAction(root, "full-screen", () => void this.#toggleFullScreen());
  }

  close() {
    this.#menu.close();
    if (document.fullscreenElement) void document.exitFullscreen();
  }

  /** @param {Partial<Preferences>} change */
  #choose(change) {
    this.preferences = { ...this.preferences, ...change };
    rememberPreferences(this.preferences);
    this.#onChange();
  }

  async #toggleFullScreen() {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await this.#call.requestFullscreen().catch(() => {}); // refused: all stays as it is
  }

  #render() {
    const { layout, selfView } = this.preferences;
    for (const item of findAll(this.#menu.root, "[data-layout]", HTMLButtonElement)) {
      item.setAttribute("aria-checked", String(item.dataset.layout === layout));
    }
    const own = find(this.#menu.root, '[data-action="toggle-self-view"]', HTMLButtonElement);
    own.setAttribute("aria-checked", String(selfView));
    find(this.#menu.root, '[data-action="full-screen"]', HTMLButtonElement).hidden = !document.fullscreenEnabled;
    setText(this.#menu.root, "full-screen", this.#words.fullScreen(document.fullscreenElement !== null));
  }
}
