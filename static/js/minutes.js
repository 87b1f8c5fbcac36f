/** @file The page of minutes: wires what is on it. */

import { openBar } from "./minutes/bar.js";
import { openPlayer } from "./minutes/player.js";
import { showMarkedLine } from "./minutes/lines.js";
import { markDoubts } from "./minutes/doubts.js";
import { openFinder } from "./minutes/find/finder.js";
import { Loading } from "./minutes/loading.js";
import { watchExpiry } from "./expiry.js";
import { followProgress } from "./minutes/progress.js";
import { openTurns } from "./minutes/turns.js";

const progress = document.querySelector("[data-progress]");
if (progress instanceof HTMLElement) {
  followProgress(progress);
}

watchExpiry(document.querySelector("[data-expires]"));

const lines = document.querySelector("[data-lines]");
const player = document.querySelector("[data-player]");
if (lines instanceof HTMLElement && player instanceof HTMLElement) {
  openBar(openPlayer(lines, player));
  showMarkedLine(lines);
  markDoubts(lines);
  window.addEventListener("hashchange", () => showMarkedLine(lines));
  const loading = new Loading(lines);
  const finder = document.querySelector("[data-finder]");
  if (finder instanceof HTMLFormElement) openFinder(lines, finder, loading);
  openTurns(lines, loading);
  performance.mark("visio:minutes-interactive");
  void loading.all();
}
