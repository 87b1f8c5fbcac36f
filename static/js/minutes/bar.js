/** @file What can be chosen beside the player: how fast, whether the page follows, and where in the recording. */

import { spokenClock } from "./lines.js";

/** @typedef {import("./player.js").Playing} Playing */

const FOLLOWS = "visio:minutes-follow";
const SPEED = "visio:minutes-speed";

/** @param {Playing} playing */
export function openBar(playing) {
  const follow = /** @type {HTMLInputElement} */ (playing.part("[data-follow]"));
  const speed = /** @type {HTMLSelectElement} */ (playing.part("[data-speed]"));
  follow.checked = window.localStorage.getItem(FOLLOWS) !== "no";
  speed.value = window.localStorage.getItem(SPEED) ?? "1";
  if (!speed.value) speed.value = "1";
  const apply = () => {
    playing.isFollowing = follow.checked;
    playing.deck.hurry(Number(speed.value));
  };
  for (const field of [follow, speed]) {
    field.addEventListener("change", () => {
      window.localStorage.setItem(FOLLOWS, follow.checked ? "yes" : "no");
      window.localStorage.setItem(SPEED, speed.value);
      apply();
    });
  }
  apply();
  const seek = /** @type {HTMLInputElement | null} */ (playing.player.querySelector("[data-seek]"));
  if (seek) openSeek(playing, seek);
}

/**
 * @param {Playing} playing
 * @param {HTMLInputElement} seek
 */
function openSeek(playing, seek) {
  const say = () => seek.setAttribute("aria-valuetext", spokenClock(Number(seek.value)));
  say();
  seek.addEventListener("input", say);
  seek.addEventListener("change", () => {
    const element = playing.at(Number(seek.value));
    if (element) playing.startAt(element);
  });
  playing.onLine = (line) => {
    seek.value = String(Math.round(line.start));
    say();
  };
}
