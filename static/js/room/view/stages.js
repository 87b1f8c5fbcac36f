/** @file Which of its faces the page shows: before the meeting, at its door, in it, after it. */

import { find, findAll } from "./dom.js";

/** @typedef {"prejoin" | "waiting" | "call" | "away"} Stage */

/**
 * Show one, hide the others; the title of what appears gets the focus.
 *
 * @param {Stage} stage
 */
export function showStage(stage) {
  document.body.dataset.stage = stage;
  for (const section of findAll(document, "[data-stage]", HTMLElement)) {
    if (section !== document.body) section.hidden = section.dataset.stage !== stage;
  }
  animateDesignSystem(stage !== "call");
  find(document, `section[data-stage="${stage}"] h1`, HTMLElement).focus({ preventScroll: true });
}

/** DSFR's script runs on every frame: not while pictures need the processor. @param {boolean} on */
function animateDesignSystem(on) {
  const { dsfr } = /** @type {{dsfr?: {start?: () => void, stop?: () => void}}} */ (window);
  if (on) dsfr?.start?.();
  else dsfr?.stop?.();
}
