/** @file The lines of the minutes: when each was said, and the one that a link points to. */

import { bringTo, middle } from "./sight.js";

/**
 * @typedef {object} Line
 * @property {HTMLElement} element
 * @property {HTMLAnchorElement} link plays the line
 * @property {number} start seconds from the start of the recording
 * @property {string} source address of the line's track
 * @property {number} from seconds from the start of the track
 * @property {number} to
 */

/**
 * @param {HTMLElement} list
 * @returns {HTMLElement[]} in the order of the page
 */
export function linesIn(list) {
  return Array.from(/** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll("li[data-start]")));
}

/**
 * `mm:ss`, or `h:mm:ss` past the first hour: as the server writes it.
 *
 * @param {number} seconds
 */
export function spokenClock(seconds) {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
  const two = /** @param {number} value */ (value) => String(value).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${two(minutes)}:${two(rest)}`;
}

/**
 * @param {HTMLElement} element
 * @returns {Line}
 */
export function readLine(element) {
  const link = /** @type {HTMLAnchorElement} */ (element.querySelector("a"));
  const address = new URL(link.href);
  const from = secondsIn(address.hash) ?? 0;
  address.hash = "";
  const start = Number(element.dataset.start);
  return { element, link, start, source: address.href, from, to: Number(link.dataset.to) };
}

/**
 * The seconds in `#t=83.40`, perhaps with words that were looked for: `#t=83.40&mots=budget`.
 *
 * @param {string} hash
 * @returns {number | null}
 */
export function secondsIn(hash) {
  const match = /^#t=(\d+(?:\.\d+)?)(?:&mots=.*)?$/.exec(hash);
  return match ? Number(match[1]) : null;
}

/**
 * The last of `starts` (in order) that is not after `seconds`; the first when all are.
 *
 * @param {number[]} starts
 * @param {number} seconds
 */
export function indexAt(starts, seconds) {
  const after = starts.findIndex((start) => start > seconds + 0.01); // links are written in hundredths
  return after === -1 ? starts.length - 1 : Math.max(0, after - 1);
}

/**
 * The one line that is meant; null takes the mark away.
 *
 * @param {HTMLElement} list
 * @param {HTMLElement | null} element
 */
export function markLine(list, element) {
  list.querySelector("[data-marked]")?.removeAttribute("data-marked");
  if (element) element.dataset.marked = "";
}

/**
 * Bring the line of the address (`#t=…`) into view, and mark it. Links made by hand need not name a line's very start.
 *
 * @param {HTMLElement} list
 */
export function showMarkedLine(list) {
  markLine(list, null);
  const seconds = secondsIn(window.location.hash);
  const elements = linesIn(list);
  const starts = elements.map((element) => Number(element.dataset.start));
  if (seconds !== null && isElsewhere(list, starts, seconds)) return openAt(seconds);
  const element = seconds === null ? undefined : elements[indexAt(starts, seconds)];
  if (element) {
    markLine(list, element);
    element.querySelector("a")?.focus({ preventScroll: true });
    bringTo(element, middle());
  }
}

/**
 * Whether a second belongs to a part that is not on the page yet.
 *
 * @param {HTMLElement} list
 * @param {number[]} starts
 * @param {number} seconds
 */
function isElsewhere(list, starts, seconds) {
  const isBefore = list.dataset.previous !== undefined && seconds + 0.01 < (starts[0] ?? 0);
  return isBefore || (list.dataset.following !== undefined && seconds > (starts.at(-1) ?? 0));
}

/** The page around that second. @param {number} seconds */
function openAt(seconds) {
  const address = new URL(window.location.href);
  if (address.searchParams.has("t")) return; // it was asked for already
  address.searchParams.set("t", String(seconds));
  for (const edge of ["apres", "avant"]) address.searchParams.delete(edge);
  window.location.replace(address);
}
