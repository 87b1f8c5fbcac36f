/** @file Notices that the network, the page or the machine is back from wherever it was. */

const LOOK_EVERY_MS = 2_000;
const SLEPT_MS = 8_000; // a timer that is so late was asleep with its machine, or its page

/**
 * Call `onReturn` when the browser says that it has a network, when the page is looked at again, and after a sleep.
 *
 * @param {() => void} onReturn
 * @param {{page?: Document, clock?: () => number}} [sources]
 * @returns {() => void} what stops it
 */
export function watchReturns(onReturn, { page = document, clock = Date.now } = {}) {
  const shown = () => page.visibilityState === "visible" && onReturn();
  const kept = (/** @type {PageTransitionEvent} */ { persisted }) => persisted && onReturn();
  let lookedAt = clock(); // of the wall: others stand still while a machine sleeps
  const timer = setInterval(() => {
    const now = clock();
    if (now - lookedAt > SLEPT_MS) onReturn();
    lookedAt = now;
  }, LOOK_EVERY_MS);
  addEventListener("online", onReturn);
  addEventListener("pageshow", kept);
  page.addEventListener("visibilitychange", shown);
  return () => {
    clearInterval(timer);
    removeEventListener("online", onReturn);
    removeEventListener("pageshow", kept);
    page.removeEventListener("visibilitychange", shown);
  };
}
