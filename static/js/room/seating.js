/** @file Who and what is shown large, who small, and in which order. Knows no page. */

import { bringForward, pageOf } from "./layout.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./preferences.js").Preferences} Preferences */
/** @typedef {{id: string, source: "camera" | "screen"}} Item a person, or the screen that they share */
/** @typedef {"alone" | "duo" | "grid" | "focus"} Mode */

/**
 * @typedef {object} Plan
 * @property {Mode} mode
 * @property {Item[]} large empty but in the mode `focus`
 * @property {Item[]} small in their order, on as many pages as it takes
 * @property {Item | null} mine on each page; null when oneself is hidden
 */

/** @param {Item} item */
export const keyOf = ({ id, source }) => `${source} ${id}`;

export class Seating {
  page = 0;
  /** @type {Set<string>} keys, in the order in which they were pinned */
  #pins = new Set();
  /** @type {string[]} */
  #order = [];
  /** @type {Map<string, number>} */
  #spokeAt = new Map();
  /** @type {string | null} who is large in the view of the speaker */
  #speaker = null;

  clear() {
    this.page = 0;
    this.#pins.clear();
    this.#order = [];
    this.#spokeAt.clear();
    this.#speaker = null;
  }

  /** @param {Item} item */
  isPinned(item) {
    return this.#pins.has(keyOf(item));
  }

  /** @param {Item} item */
  togglePin(item) {
    if (!this.#pins.delete(keyOf(item))) this.#pins.add(keyOf(item));
  }

  /**
   * People keep their places; who comes sits last.
   *
   * @param {State} state
   * @param {number} now any growing clock
   */
  follow({ participants, me, talking }, now) {
    const others = participants.filter(({ id }) => id !== me);
    const present = new Set(others.map(({ id }) => id));
    const known = new Set(this.#order);
    this.#order = [...this.#order.filter((id) => present.has(id)), ...[...present].filter((id) => !known.has(id))];
    for (const id of talking) this.#spokeAt.set(id, now);
    const shown = new Set(others.flatMap(({ id, screen }) => [`camera ${id}`, ...(screen ? [`screen ${id}`] : [])]));
    for (const key of this.#pins) if (!shown.has(key)) this.#pins.delete(key);
    this.#followSpeaker(present, talking);
  }

  /**
   * Who speaks stays large until they are silent and another speaks.
   *
   * @param {ReadonlySet<string>} present
   * @param {ReadonlySet<string>} talking
   */
  #followSpeaker(present, talking) {
    if (this.#speaker !== null && !present.has(this.#speaker)) this.#speaker = null;
    if (this.#speaker !== null && talking.has(this.#speaker)) return;
    this.#speaker = [...talking].find((id) => present.has(id)) ?? this.#speaker ?? this.#order[0] ?? null;
  }

  /**
   * @param {State} state
   * @param {Preferences} preferences
   * @returns {Plan}
   */
  plan({ participants, me }, { layout, selfView }) {
    const screens = participants.filter(({ id, screen }) => screen && id !== me).map(({ id }) => screenOf(id));
    const people = this.#order.map(cameraOf);
    const mine = me !== null && selfView ? cameraOf(me) : null;
    const large = layout === "grid" ? [] : this.#large(screens, people, layout);
    const kept = new Set(large.map(keyOf));
    const rest = [...screens, ...people].filter((item) => !kept.has(keyOf(item)));
    const small = [...rest.filter((item) => this.isPinned(item)), ...rest.filter((item) => !this.isPinned(item))];
    return { mode: modeOf(large, small, layout), large, small, mine };
  }

  /**
   * What is pinned, and screens unless one of them is pinned; nothing of this, in the view of the speaker: who speaks.
   *
   * @param {Item[]} screens
   * @param {Item[]} people
   * @param {"auto" | "speaker"} layout
   */
  #large(screens, people, layout) {
    const pinnedScreens = screens.filter((item) => this.isPinned(item));
    const large = [
      ...(pinnedScreens.length > 0 ? pinnedScreens : screens),
      ...people.filter((item) => this.isPinned(item)),
    ];
    if (large.length === 0 && layout === "speaker" && this.#speaker !== null) return [cameraOf(this.#speaker)];
    return large;
  }

  /**
   * The page that is looked at. Who talks is on the first.
   *
   * @param {Plan} plan
   * @param {number} capacity
   * @param {ReadonlySet<string>} talking
   */
  seat({ small, mine }, capacity, talking) {
    const places = Math.max(1, capacity - (mine ? 1 : 0));
    const fixed = small.filter((item) => item.source === "screen" || this.isPinned(item));
    const free = small.filter((item) => !fixed.includes(item)).map(({ id }) => id);
    const moved = bringForward(free, talking, this.#spokeAt, Math.max(0, places - fixed.length));
    this.#order = merge(this.#order, moved);
    const { items, page, pages } = pageOf([...fixed, ...moved.map(cameraOf)], places, this.page);
    this.page = page;
    return { items: mine ? [...items, mine] : items, page, pages };
  }
}

/** @param {string} id @returns {Item} */
const cameraOf = (id) => ({ id, source: "camera" });
/** @param {string} id @returns {Item} */
const screenOf = (id) => ({ id, source: "screen" });

/**
 * @param {Item[]} large
 * @param {Item[]} small
 * @param {Preferences["layout"]} layout
 * @returns {Mode}
 */
function modeOf(large, small, layout) {
  if (large.length > 0) return "focus";
  if (small.length === 0) return "alone";
  return small.length === 1 && layout !== "grid" ? "duo" : "grid";
}

/**
 * `all`, where those of `moved` have the places among themselves that they have there.
 *
 * @param {readonly string[]} all
 * @param {readonly string[]} moved
 */
function merge(all, moved) {
  const concerned = new Set(moved);
  const next = moved[Symbol.iterator]();
  return all.map((id) => (concerned.has(id) ? (next.next().value ?? id) : id));
}
