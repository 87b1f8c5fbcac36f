/** @file Bringing a line to a height of the screen, whatever the lines between are found to need. */

const HELD_MS = 3000; // lines out of sight have a height that is guessed: those that come into it move the others
const MOVED_BY = ["wheel", "touchstart", "pointerdown", "keydown"]; // by the reader

/** @type {AbortController | null} */
let latest = null;

/** Where the eye is: below what stays at the top, the list of what was found perhaps. */
export function middle() {
  const tools = document.querySelector(".reader-tools");
  const below = tools instanceof HTMLElement ? tools.offsetHeight + 24 : 0;
  return Math.max(window.innerHeight * 0.4, below);
}

/**
 * Held there while the page settles, unless the reader moves it, or another one is brought.
 *
 * @param {Element} element
 * @param {number} top pixels from the top of the window
 */
export function bringTo(element, top) {
  latest?.abort();
  const holding = new AbortController();
  latest = holding;
  const { signal } = holding;
  const letGo = () => holding.abort();
  const bring = () => window.scrollBy({ top: element.getBoundingClientRect().top - top, behavior: "instant" });
  const sizes = new ResizeObserver(bring);
  sizes.observe(document.body);
  signal.addEventListener("abort", () => sizes.disconnect());
  for (const moved of MOVED_BY) window.addEventListener(moved, letGo, { capture: true, passive: true, signal });
  window.setTimeout(letGo, HELD_MS);
  bring();
}
