/** @file The page of a recording: wires what is on it. */

import { watchExpiry } from "./expiry.js";
import { captionsOf } from "./recording/captions.js";
import { openDeck } from "./recording/deck.js";
import { Film } from "./recording/film.js";
import { drawPlace, listenToLanes } from "./recording/lanes.js";
import { followVideos } from "./recording/videos.js";
import { Voices } from "./recording/voices.js";

/** @typedef {{duration: number, sounds: import("./recording/voices.js").Sound[], turns: [number, number][]}} Deck */

const page = document.querySelector("[data-recording]");
const data = document.getElementById("recording-deck");
const deck = document.querySelector("[data-deck]");

if (data && deck instanceof HTMLElement) {
  /** @type {Deck} */
  const { duration, sounds, turns } = JSON.parse(data.textContent ?? "");
  const video = deck.querySelector("[data-video]");
  const voices = video ? null : new Voices(sounds, duration);
  const source = video instanceof HTMLVideoElement ? new Film(video, duration) : /** @type {Voices} */ (voices);
  const captions = captionsOf(deck);
  const place = openDeck(deck, source, { duration, starts: turns.map(([start]) => start), captions });
  const lanes = document.querySelector("[data-lanes]");
  if (lanes instanceof HTMLElement) {
    listenToLanes(lanes, { goTo: (share) => place.goTo(share * duration), voices });
    place.onMoved((seconds) => drawPlace(lanes, seconds / duration));
  }
}
if (page instanceof HTMLElement) {
  followVideos(page);
}
watchExpiry(document.querySelector("[data-expires]"));
