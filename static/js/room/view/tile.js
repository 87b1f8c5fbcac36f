/** @file One tile: a person, or a screen that is shared. */

import { colourOf, copyTemplate, find, initialsOf, setText, showMark, showTrack } from "./dom.js";

const REACTION_MS = 4_000;

/** @typedef {import("../words.js").Words} Words */
/** @typedef {import("../protocol.js").Participant} Participant */

/**
 * @typedef {object} TileLook
 * @property {Participant} person
 * @property {string} label
 * @property {boolean} mine
 * @property {boolean} pinned
 * @property {boolean} muted
 * @property {boolean} talking
 * @property {import("../protocol.js").Level} level of their connection
 * @property {boolean} waiting announced, and nothing comes
 * @property {MediaStreamTrack | null} track the picture; null shows initials
 */

/**
 * @param {"tile" | "screen"} template
 * @param {Words} words
 */
export function createTile(template, words) {
  const tile = copyTemplate(template);
  const video = videoOf(tile);
  video.muted = true; // cloning a template keeps the attribute, not the state
  setText(tile, "waiting", words.waitingMedia);
  return tile;
}

/** @param {HTMLElement} tile */
export function videoOf(tile) {
  return find(tile, "video", HTMLVideoElement);
}

/**
 * @param {HTMLElement} tile
 * @param {TileLook} look
 * @param {Words} words
 */
export function renderPerson(tile, { person, label, mine, pinned, muted, talking, level, waiting, track }, words) {
  tile.dataset.participant = person.id;
  tile.classList.toggle("tile--mine", mine);
  tile.classList.toggle("tile--talking", talking && !muted);
  const initials = find(tile, ".tile__initials", HTMLElement);
  initials.dataset.colour = colourOf(person.name);
  initials.textContent = initialsOf(person.name);
  setText(tile, "name", label);
  showMark(tile, "muted", muted);
  showMark(tile, "verified", person.assurance === "verified");
  showMark(tile, "declared", ["declared", "invited"].includes(person.assurance));
  showMark(tile, "shared", person.shared_microphone);
  showMark(tile, "hand", Boolean(person.hand));
  showMark(tile, "quality", level < 3);
  find(tile, '[data-mark="quality"]', HTMLElement).dataset.level = String(level);
  setText(tile, "quality", words.quality[level] ?? "");
  initials.hidden = track !== null && !waiting;
  showPicture(tile, track, waiting);
  if (!mine) showPin(tile, pinned, words.pin(person.name));
  find(tile, '[data-action="pin"]', HTMLButtonElement).hidden = mine;
}

/**
 * @param {HTMLElement} tile
 * @param {{person: Participant, pinned: boolean, track: MediaStreamTrack | null, waiting: boolean}} look
 * @param {Words} words
 */
export function renderScreen(tile, { person, pinned, track, waiting }, words) {
  tile.dataset.participant = person.id;
  setText(tile, "name", words.screenOf(person.name));
  showPicture(tile, track, waiting);
  showPin(tile, pinned, words.pin(words.screenOf(person.name)));
}

/**
 * @param {HTMLElement} tile
 * @param {boolean} pinned
 * @param {string} title
 */
function showPin(tile, pinned, title) {
  showMark(tile, "pinned", pinned);
  const button = find(tile, '[data-action="pin"]', HTMLButtonElement);
  button.setAttribute("aria-pressed", String(pinned));
  if (button.title === title) return;
  button.title = title;
  button.setAttribute("aria-label", title);
}

/**
 * @param {HTMLElement} tile
 * @param {MediaStreamTrack | null} track
 * @param {boolean} waiting
 */
function showPicture(tile, track, waiting) {
  const video = videoOf(tile);
  // It is muted: playing is refused only when the track is taken away meanwhile.
  if ((showTrack(video, track) || video.paused) && track) void video.play().catch(() => {});
  video.hidden = !track || waiting;
  find(tile, ".tile__waiting", HTMLElement).hidden = !waiting;
}

/**
 * For some seconds; the next one takes its place.
 *
 * @param {HTMLElement} tile
 * @param {import("../protocol.js").ReactionName} reaction
 */
export function showReaction(tile, reaction) {
  tile.querySelector(".tile__reaction")?.remove();
  const shown = copyTemplate("reaction");
  find(shown, "use", SVGUseElement).setAttribute("href", `#reaction-${reaction}`);
  tile.append(shown);
  setTimeout(() => shown.remove(), REACTION_MS);
}

/** Stop showing, so that the browser lets go of the track. @param {HTMLElement} tile */
export function discardTile(tile) {
  showTrack(videoOf(tile), null);
  tile.remove();
}
