/** @file Bringing a line to a height of the screen, whatever the lines between are found to need. */

const TRIES = 3; // lines out of sight have a height that is guessed: those that come into it move the others

/** Where the eye is: below what stays at the top, the list of what was found perhaps. */
export function middle() {
  const tools = document.querySelector(".reader-tools");
  const below = tools instanceof HTMLElement ? tools.offsetHeight + 24 : 0;
  return Math.max(window.innerHeight * 0.4, below);
}

/**
 * @param {Element} element
 * @param {number} top pixels from the top of the window
 */
export function bringTo(element, top, tries = TRIES) {
  window.scrollBy({ top: element.getBoundingClientRect().top - top, behavior: "instant" });
  if (tries > 1) window.requestAnimationFrame(() => bringTo(element, top, tries - 1));
}
