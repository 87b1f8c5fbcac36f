/** @file The stage: a tile for each person, screens in the large place, all of it fitted to the window. */

import { bestGrid, chooseTiles } from "../layout.js";
import { copyTemplate, find, onAction, setText } from "./dom.js";
import { createTile, discardTile, renderPerson, showPicture, showReaction, videoOf } from "./tile.js";

/** @typedef {import("../state.js").State} State */
/** @typedef {import("../protocol.js").Participant} Participant */
/** @typedef {import("../peer.js").RemoteTrack} RemoteTrack */
/** @typedef {import("../media.js").LocalMedia} LocalMedia */
/** @typedef {import("../words.js").Words} Words */

/**
 * @typedef {object} Scene
 * @property {State} state
 * @property {readonly RemoteTrack[]} tracks
 * @property {ReadonlySet<string>} stalled mids which bring nothing
 * @property {boolean} iTalk
 */

const GAP = 8;
const NARROW = 640;
const MOST_WIDE = 12;
const MOST_NARROW = 8;

export class Tiles {
  #root = find(document, "[data-grid]", HTMLElement);
  #people = find(this.#root, '[data-list="tiles"]', HTMLElement);
  #screens = find(this.#root, '[data-list="screens"]', HTMLElement);
  #alone = find(this.#root, "[data-alone]", HTMLElement);
  #more = copyTemplate("more");
  /** @type {Map<string, HTMLElement>} by participant, of people and of screens */
  #tiles = new Map();
  /** @type {Map<string, HTMLElement>} */
  #screenTiles = new Map();
  /** @type {Map<string, number>} */
  #spokeAt = new Map();
  /** @type {Scene | null} */
  #scene = null;
  #media;
  #words;
  #onRemoteVideo;
  #resized = new ResizeObserver(() => this.#scene && this.render(this.#scene));

  /**
   * @param {object} options
   * @param {LocalMedia} options.media
   * @param {Words} options.words
   * @param {(video: HTMLVideoElement) => void} options.onRemoteVideo a video of somebody else was put on the stage
   */
  constructor({ media, words, onRemoteVideo }) {
    this.#media = media;
    this.#words = words;
    this.#onRemoteVideo = onRemoteVideo;
    onAction(this.#screens, "expand", (button) => void button.closest(".tile")?.requestFullscreen());
  }

  open() {
    this.#resized.observe(this.#root);
  }

  close() {
    this.#resized.disconnect();
    for (const tile of [...this.#tiles.values(), ...this.#screenTiles.values()]) discardTile(tile);
    this.#tiles.clear();
    this.#screenTiles.clear();
    this.#spokeAt.clear();
    this.#scene = null;
    this.#more.remove();
  }

  /** @param {Scene} scene */
  render(scene) {
    this.#scene = scene;
    for (const id of scene.state.talking) this.#spokeAt.set(id, performance.now());
    this.#renderScreens(scene);
    const shown = this.#shownPeople(scene.state);
    this.#renderPeople(scene, shown);
    this.#renderMore(scene.state.participants.length - shown.length);
    this.#alone.hidden = scene.state.participants.length !== 1;
    this.#fit();
  }

  /** @param {import("../protocol.js").Reaction} reaction */
  react({ id, reaction }) {
    const tile = this.#tiles.get(id);
    if (tile) showReaction(tile, reaction);
  }

  /** Others in the order in which they came, oneself last. @param {State} state */
  #shownPeople({ participants, me }) {
    const mine = participants.filter(({ id }) => id === me);
    const others = participants.filter(({ id }) => id !== me);
    const most = (this.#root.clientWidth < NARROW ? MOST_NARROW : MOST_WIDE) - mine.length;
    const room = others.length > most ? most - 1 : most; // one place for "and n others"
    const kept = new Set(chooseTiles(others.map(({ id }) => id), this.#spokeAt, room));
    return [...others.filter(({ id }) => kept.has(id)), ...mine];
  }

  /**
   * @param {Scene} scene
   * @param {Participant[]} shown
   */
  #renderPeople(scene, shown) {
    discardOthers(this.#tiles, shown.map(({ id }) => id));
    shown.forEach((person, index) => {
      const tile = this.#tileOf(this.#tiles, person.id, "tile");
      renderPerson(tile, this.#lookOf(person, scene));
      if (this.#people.children[index] !== tile) this.#people.insertBefore(tile, this.#people.children[index] ?? null);
    });
  }

  /**
   * @param {Participant} person
   * @param {Scene} scene
   * @returns {import("./tile.js").TileLook}
   */
  #lookOf(person, { state, tracks, stalled, iTalk }) {
    const mine = person.id === state.me;
    if (mine) return this.#ownLook(person, iTalk);
    const camera = tracks.find((one) => one.participant === person.id && one.source === "camera");
    const microphone = tracks.find((one) => one.participant === person.id && one.source === "microphone");
    const late = [person.camera && camera, person.microphone && microphone];
    return {
      person,
      label: person.name,
      mine,
      muted: !person.microphone,
      talking: state.talking.has(person.id),
      waiting: late.some((track) => track && stalled.has(track.mid)) || (person.camera && !camera),
      track: person.camera && camera ? camera.track : null,
    };
  }

  /**
   * @param {Participant} person
   * @param {boolean} iTalk
   * @returns {import("./tile.js").TileLook}
   */
  #ownLook(person, iTalk) {
    return {
      person,
      label: `${person.name} (${this.#words.you})`,
      mine: true,
      muted: !this.#media.on.microphone,
      talking: iTalk,
      waiting: false,
      track: this.#media.tracks.camera,
    };
  }

  /** @param {Scene} scene */
  #renderScreens({ state, tracks, stalled }) {
    const sharing = state.participants.filter(({ id, screen }) => screen && id !== state.me);
    discardOthers(this.#screenTiles, sharing.map(({ id }) => id));
    for (const person of sharing) {
      const tile = this.#tileOf(this.#screenTiles, person.id, "screen");
      const screen = tracks.find((one) => one.participant === person.id && one.source === "screen");
      tile.dataset.participant = person.id;
      setText(tile, "name", this.#words.screenOf(person.name));
      showPicture(tile, screen?.track ?? null, !screen || stalled.has(screen.mid));
      if (!tile.isConnected) this.#screens.append(tile);
    }
    this.#screens.hidden = sharing.length === 0;
  }

  /** @param {number} hidden */
  #renderMore(hidden) {
    this.#more.remove();
    if (hidden <= 0) return;
    find(this.#more, "button", HTMLButtonElement).textContent = this.#words.more(hidden);
    this.#people.append(this.#more);
  }

  /**
   * @param {Map<string, HTMLElement>} tiles
   * @param {string} id
   * @param {"tile" | "screen"} template
   */
  #tileOf(tiles, id, template) {
    const known = tiles.get(id);
    if (known) return known;
    const tile = createTile(template, this.#words);
    tiles.set(id, tile);
    if (id !== this.#scene?.state.me) this.#onRemoteVideo(videoOf(tile));
    return tile;
  }

  /** Choose the mode, and the size of tiles where it has a grid. */
  #fit() {
    if (!this.#scene) return;
    const count = this.#people.childElementCount;
    const mode = this.#modeFor(count);
    this.#root.dataset.mode = mode;
    if (mode !== "grid") return;
    const grid = bestGrid(count, { width: this.#people.clientWidth, height: this.#people.clientHeight }, GAP);
    this.#people.style.setProperty("--tile-width", `${grid.width}px`);
    this.#people.style.setProperty("--tile-height", `${grid.height}px`);
  }

  /** @param {number} count */
  #modeFor(count) {
    if (!this.#screens.hidden) return "screen";
    if (count === 1) return "alone";
    return count === 2 ? "duo" : "grid";
  }
}

/**
 * @param {Map<string, HTMLElement>} tiles
 * @param {string[]} kept
 */
function discardOthers(tiles, kept) {
  for (const [id, tile] of tiles) {
    if (kept.includes(id)) continue;
    discardTile(tile);
    tiles.delete(id);
  }
}
