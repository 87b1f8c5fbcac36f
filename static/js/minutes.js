/** @file The page of minutes: wires what is on it. */

import { openPlayer } from "./minutes/player.js";
import { showMarkedLine } from "./minutes/lines.js";
import { followProgress } from "./minutes/progress.js";

const progress = document.querySelector("[data-progress]");
if (progress instanceof HTMLElement) {
  followProgress(progress);
}

const lines = document.querySelector("[data-lines]");
const player = document.querySelector("[data-player]");
if (lines instanceof HTMLElement && player instanceof HTMLElement) {
  openPlayer(lines, player);
  showMarkedLine(lines);
  window.addEventListener("hashchange", () => showMarkedLine(lines));
}
