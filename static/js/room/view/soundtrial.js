/** @file The buttons that play a sound through the chosen speaker. */

import { playChime } from "../chime.js";
import { playThrough } from "./devicepicker.js";
import { findAll, find } from "./dom.js";

/** @typedef {import("../media.js").LocalMedia} LocalMedia */
/** @typedef {import("../words/before/fr.js").BeforeWords} BeforeWords */

/**
 * @param {LocalMedia} media
 * @param {BeforeWords} words
 */
export function connectSoundTrials(media, words) {
  for (const trial of findAll(document, "[data-trial]", HTMLElement)) {
    const button = find(trial, '[data-action="play-sound"]', HTMLButtonElement);
    button.addEventListener("click", () => void tryOnce(trial, button, media, words));
  }
}

/**
 * @param {HTMLElement} trial
 * @param {HTMLButtonElement} button
 * @param {LocalMedia} media
 * @param {BeforeWords} words
 */
async function tryOnce(trial, button, media, words) {
  if (button.getAttribute("aria-disabled") === "true") return;
  const note = find(trial, '[data-note="speaker"]', HTMLElement);
  const element = new Audio();
  button.setAttribute("aria-disabled", "true");
  note.textContent = words.soundPlays;
  try {
    await playChime(async (sound) => {
      element.srcObject = sound;
      await playThrough(element, media.choices.speaker);
      await element.play();
    });
    note.textContent = words.soundPlayed;
  } catch {
    note.textContent = words.soundFailed;
  }
  element.srcObject = null;
  button.setAttribute("aria-disabled", "false");
}
