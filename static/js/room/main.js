/** @file The room page: prejoin, call and away, wired together. */

import { readBoot } from "./boot.js";
import { CallPage } from "./callpage.js";
import { wakeLevel } from "./level.js";
import { LocalMedia } from "./media.js";
import { clearMarks, mark } from "./milestones.js";
import { Away } from "./view/away.js";
import { connectDevicePickers } from "./view/devicepicker.js";
import { Prejoin } from "./view/prejoin.js";
import { showStage } from "./view/stages.js";
import { sentenceOf, wordsIn } from "./words.js";

/** @typedef {import("./protocol.js").Entry} Entry */

const boot = readBoot();
const words = wordsIn(boot.lang);
const media = new LocalMedia();
/** @type {Entry} */
let lastEntry = { name: null, shared_microphone: false };

const prejoin = new Prejoin({ media, words, onJoin: join });
const away = new Away({ words, title: boot.title, onRejoin: rejoin });
const page = new CallPage({ boot, media, words, onJoined: enter, onTurnedAway: turnAway, onEnded: end });

connectDevicePickers(media, words);
for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, wakeLevel);
document.body.dataset.stage = "prejoin";
void prejoin.open();
page.prepare();

/** @param {Entry} entry */
function join(entry) {
  lastEntry = entry;
  clearMarks();
  mark("join-click");
  prejoin.showError("");
  prejoin.setBusy(true);
  page.join(entry);
}

function enter() {
  prejoin.setBusy(false);
  prejoin.close();
  showStage("call");
}

/** @param {string} code why the server would not let us in */
function turnAway(code) {
  prejoin.setBusy(false);
  showStage("prejoin");
  void prejoin.open();
  page.prepare();
  if (code === "name-required") prejoin.showNameError(sentenceOf(words, code));
  else prejoin.showError(sentenceOf(words, code));
}

/**
 * @param {number} code
 * @param {string | null} minutes
 */
function end(code, minutes) {
  prejoin.setBusy(false);
  prejoin.close();
  void media.close();
  away.render(code, minutes);
  showStage("away");
}

async function rejoin() {
  await media.open();
  join(lastEntry);
}
