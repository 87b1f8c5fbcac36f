/** @file The lines of the minutes: when each was said, and the one that a link points to. */

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
 * @returns {Line[]} in the order of the page
 */
export function readLines(list) {
  return Array.from(list.querySelectorAll("li"), readLine);
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
 * The seconds in `#t=83.40`.
 *
 * @param {string} hash
 * @returns {number | null}
 */
export function secondsIn(hash) {
  const match = /^#t=(\d+(?:\.\d+)?)$/.exec(hash);
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
 * Bring the line of the address (`#t=…`) into view, and mark it. Links made by hand need not name a line's very start.
 *
 * @param {HTMLElement} list
 */
export function showMarkedLine(list) {
  list.querySelector("[data-marked]")?.removeAttribute("data-marked");
  const seconds = secondsIn(window.location.hash);
  const elements = Array.from(list.querySelectorAll("li"));
  const starts = elements.map((element) => Number(element.dataset.start));
  const element = seconds === null ? undefined : elements[indexAt(starts, seconds)];
  if (element) {
    element.dataset.marked = "";
    element.querySelector("a")?.focus({ preventScroll: true });
    element.scrollIntoView({ block: "center" });
  }
}
