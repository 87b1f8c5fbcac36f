/** @file The stage: tiles of people and of screens, large or small, fitted to the window, a page at a time. */

import { bestGrid, gridCapacity, stripCapacity } from "../layout.js";
import { keyOf, Seating } from "../seating.js";
import { find, onAction, setText } from "./dom.js";
import { createTile, discardTile, renderPerson, renderScreen, showReaction, videoOf } from "./tile.js";

/** @typedef {import("../state.js").State} State */
/** @typedef {import("../protocol.js").Participant} Participant */
/** @typedef {import("../protocol.js").ViewedTile} ViewedTile */
/** @typedef {import("../peer.js").RemoteTrack} RemoteTrack */
/** @typedef {import("../media.js").LocalMedia} LocalMedia */
/** @typedef {import("../preferences.js").Preferences} Preferences */
/** @typedef {import("../seating.js").Item} Item */
/** @typedef {import("../seating.js").Plan} Plan */
/** @typedef {import("../words.js").Words} Words */

/**
 * @typedef {object} Scene
 * @property {State} state
 * @property {readonly RemoteTrack[]} tracks
 * @property {ReadonlySet<string>} stalled mids which bring nothing
 * @property {boolean} iTalk
 * @property {Preferences} preferences
 */

/**
 * @typedef {object} TilesOptions
 * @property {LocalMedia} media
 * @property {Words} words
 * @property {(video: HTMLVideoElement) => void} onRemoteVideo a video of somebody else was put on the stage
 * @property {(tiles: ViewedTile[]) => void} onView what others send that is on the stage now
 * @property {() => void} onPin
 * @property {(text: string) => void} say for ears only
 */

const GAP = 8;

export class Tiles {
  #root = find(document, "[data-grid]", HTMLElement);
  #small = find(this.#root, '[data-list="tiles"]', HTMLElement);
  #large = find(this.#root, '[data-list="large"]', HTMLElement);
  #alone = find(this.#root, "[data-alone]", HTMLElement);
  #pages = find(this.#root, "[data-pages]", HTMLElement);
  #seating = new Seating();
  /** @type {Map<string, HTMLElement>} by key of the item */
  #tiles = new Map();
  /** @type {Scene | null} */
  #scene = null;
  #options;
  #resized = new ResizeObserver(() => this.#scene && this.render(this.#scene));

  /** @param {TilesOptions} options */
  constructor(options) {
    this.#options = options;
    onAction(this.#root, "expand", (button) => void button.closest(".tile")?.requestFullscreen());
    onAction(this.#root, "pin", (button) => this.#pinTile(button.closest(".tile")));
    onAction(this.#pages, "previous-page", () => this.#turn(-1));
    onAction(this.#pages, "next-page", () => this.#turn(1));
  }

  open() {
    this.#resized.observe(this.#root);
  }

  close() {
    this.#resized.disconnect();
    for (const tile of this.#tiles.values()) discardTile(tile);
    this.#tiles.clear();
    this.#seating.clear();
    this.#scene = null;
  }

  /** @param {string} id of a participant */
  isPinned(id) {
    return this.#seating.isPinned({ id, source: "camera" });
  }

  /** @param {string} id of a participant */
  togglePin(id) {
    this.#pin({ id, source: "camera" });
  }

  /** @param {Scene} scene */
  render(scene) {
    this.#scene = scene;
    const { state, preferences } = scene;
    this.#seating.follow(state, performance.now());
    const plan = this.#seating.plan(state, preferences);
    this.#setMode(plan);
    const seats = this.#seating.seat(plan, this.#capacity(plan), state.talking);
    this.#discardOthers(new Set([...plan.large, ...seats.items].map(keyOf)));
    this.#place(this.#large, plan.large, scene);
    this.#place(this.#small, seats.items, scene);
    this.#renderPages(seats);
    this.#fit(plan);
    this.#options.onView(this.#viewed());
  }

  /** @param {import("../protocol.js").Reaction} reaction */
  react({ id, reaction }) {
    const tile = this.#tiles.get(keyOf({ id, source: "camera" }));
    if (tile) showReaction(tile, reaction);
  }

  /** Before anything is measured. @param {Plan} plan */
  #setMode({ mode, large, small, mine }) {
    this.#root.dataset.mode = mode;
    this.#large.hidden = large.length === 0;
    this.#small.hidden = small.length === 0 && !mine;
    this.#alone.hidden = mode !== "alone";
  }

  /** As if there were no pages: their buttons take no tile away. @param {Plan} plan */
  #capacity({ mode }) {
    const room = roomOf(this.#small);
    const isRow = mode === "focus" && room.width > room.height; // of a fixed height
    if (!isRow && !this.#pages.hidden) room.height += this.#pages.offsetHeight + GAP;
    return mode === "focus" ? stripCapacity(room, GAP) : gridCapacity(room, GAP);
  }

  /**
   * @param {HTMLElement} list
   * @param {readonly Item[]} items
   * @param {Scene} scene
   */
  #place(list, items, scene) {
    const people = new Map(scene.state.participants.map((person) => [person.id, person]));
    const wanted = items.flatMap((item) => {
      const person = people.get(item.id);
      return person ? [this.#renderTile(item, person, scene)] : [];
    });
    wanted.forEach((tile, index) => {
      if (list.children[index] !== tile) list.insertBefore(tile, list.children[index] ?? null);
    });
  }

  /**
   * @param {Item} item
   * @param {Participant} person
   * @param {Scene} scene
   */
  #renderTile(item, person, scene) {
    const tile = this.#tileOf(item);
    const pinned = this.#seating.isPinned(item);
    if (item.source === "screen") renderScreen(tile, this.#screenLook(person, pinned, scene), this.#options.words);
    else renderPerson(tile, this.#lookOf(person, pinned, scene), this.#options.words);
    return tile;
  }

  /**
   * @param {Participant} person
   * @param {boolean} pinned
   * @param {Scene} scene
   */
  #screenLook(person, pinned, { tracks, stalled }) {
    const screen = tracks.find((one) => one.participant === person.id && one.source === "screen");
    return { person, pinned, track: screen?.track ?? null, waiting: !screen || stalled.has(screen.mid) };
  }

  /**
   * @param {Participant} person
   * @param {boolean} pinned
   * @param {Scene} scene
   * @returns {import("./tile.js").TileLook}
   */
  #lookOf(person, pinned, { state, tracks, stalled, iTalk }) {
    if (person.id === state.me) return this.#ownLook(person, iTalk, state.quality.get(person.id) ?? 3);
    const camera = tracks.find((one) => one.participant === person.id && one.source === "camera");
    const microphone = tracks.find((one) => one.participant === person.id && one.source === "microphone");
    const late = [person.camera && camera, person.microphone && microphone];
    return {
      person,
      label: person.name,
      mine: false,
      pinned,
      muted: !person.microphone,
      talking: state.talking.has(person.id),
      level: state.quality.get(person.id) ?? 3,
      waiting: late.some((track) => track && stalled.has(track.mid)) || (person.camera && !camera),
      track: person.camera && camera ? camera.track : null,
    };
  }

  /**
   * @param {Participant} person
   * @param {boolean} iTalk
   * @param {import("../protocol.js").Level} level
   * @returns {import("./tile.js").TileLook}
   */
  #ownLook(person, iTalk, level) {
    const { media, words } = this.#options;
    return {
      person,
      label: `${person.name} (${words.you})`,
      mine: true,
      pinned: false,
      muted: !media.sending.microphone,
      talking: iTalk,
      level,
      waiting: false,
      track: media.tracks.camera,
    };
  }

  /** @param {Item} item */
  #tileOf(item) {
    const known = this.#tiles.get(keyOf(item));
    if (known) return known;
    const tile = createTile(item.source === "screen" ? "screen" : "tile", this.#options.words);
    this.#tiles.set(keyOf(item), tile);
    if (item.id !== this.#scene?.state.me) this.#options.onRemoteVideo(videoOf(tile));
    return tile;
  }

  /** @param {ReadonlySet<string>} shown */
  #discardOthers(shown) {
    for (const [key, tile] of this.#tiles) {
      if (shown.has(key)) continue;
      discardTile(tile);
      this.#tiles.delete(key);
    }
  }

  /** @param {{page: number, pages: number}} seats */
  #renderPages({ page, pages }) {
    this.#pages.hidden = pages === 1;
    setText(this.#pages, "page", this.#options.words.page(page + 1, pages));
    this.#disable("previous-page", page === 0);
    this.#disable("next-page", page === pages - 1);
  }

  /**
   * The button keeps the focus.
   *
   * @param {string} action
   * @param {boolean} isOff
   */
  #disable(action, isOff) {
    const button = find(this.#pages, `[data-action="${action}"]`, HTMLButtonElement);
    button.setAttribute("aria-disabled", String(isOff));
  }

  /** @param {number} by */
  #turn(by) {
    const before = this.#seating.page;
    this.#seating.page = Math.max(0, before + by);
    if (this.#scene) this.render(this.#scene);
    if (this.#seating.page !== before) this.#options.say(find(this.#pages, "[data-text]", HTMLElement).textContent ?? "");
  }

  /** @param {Element | null} tile */
  #pinTile(tile) {
    const id = tile?.getAttribute("data-participant");
    if (tile && id) this.#pin({ id, source: tile.classList.contains("tile--screen") ? "screen" : "camera" });
  }

  /** A tile that moves takes the focus along. @param {Item} item */
  #pin(item) {
    const focused = document.activeElement;
    this.#seating.togglePin(item);
    this.#options.onPin();
    if (focused instanceof HTMLElement && focused.isConnected && focused !== document.activeElement) focused.focus();
  }

  /** The size of tiles where there is a grid. @param {Plan} plan */
  #fit({ mode }) {
    if (mode === "grid") fitGrid(this.#small);
    if (mode === "focus") fitGrid(this.#large);
  }

  #viewed() {
    /** @type {ViewedTile[]} */
    const viewed = [];
    for (const [key, tile] of this.#tiles) {
      const [source, participant] = key.split(" ");
      if (!participant || participant === this.#scene?.state.me) continue;
      viewed.push({ participant, source: source === "screen" ? "screen" : "camera", width: tile.clientWidth });
    }
    return viewed;
  }
}

/** @param {HTMLElement} list */
function roomOf(list) {
  return { width: list.clientWidth, height: list.clientHeight };
}

/** @param {HTMLElement} list */
function fitGrid(list) {
  const grid = bestGrid(list.childElementCount, roomOf(list), GAP);
  list.style.setProperty("--tile-width", `${grid.width}px`);
  list.style.setProperty("--tile-height", `${grid.height}px`);
}
