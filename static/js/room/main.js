/** @file The room page: prejoin, call and away, wired together. */

import { readBoot, socketUrl } from "./boot.js";
import { CallPage } from "./callpage.js";
import { wakeLevel } from "./level.js";
import { LocalMedia } from "./media.js";
import { clearMarks, mark } from "./milestones.js";
import { platformOf } from "./platform.js";
import { Away } from "./view/away.js";
import { ConnectionTest } from "./view/connectiontest.js";
import { connectDevicePickers } from "./view/devicepicker.js";
import { connectPermissionHelp } from "./view/permissionhelp.js";
import { Lobby } from "./view/lobby.js";
import { Prejoin } from "./view/prejoin.js";
import { connectSoundTrials } from "./view/soundtrial.js";
import { showStage } from "./view/stages.js";
import { beforeWordsIn, sentenceOf, wordsIn } from "./words.js";

/** @typedef {import("./protocol.js").Entry} Entry */

const boot = readBoot();
const [words, beforeWords] = await Promise.all([wordsIn(boot.lang), beforeWordsIn(boot.lang)]);
const platform = platformOf(navigator.userAgent, navigator.maxTouchPoints);
const media = new LocalMedia();
/** @type {Entry} */
let lastEntry = { name: null, shared_microphone: false };

const prejoin = new Prejoin({ media, words, beforeWords, onJoin: join });
const away = new Away({ words, title: boot.title, onRejoin: rejoin });
const lobby = new Lobby({ media, words, onLeave: () => page.leave() });
const page = new CallPage({
  boot,
  media,
  words,
  onJoined: enter,
  onWaiting: wait,
  onLost: () => lobby.setLost(true),
  onTurnedAway: turnAway,
  onEnded: end,
});

connectDevicePickers(media, words);
connectSoundTrials(media, beforeWords);
connectPermissionHelp({ media, words: beforeWords, platform });
new ConnectionTest({
  socketUrl: socketUrl(boot),
  iceServers: boot.ice_servers,
  media,
  words: beforeWords,
  platform,
});
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
  leaveDoor();
  showStage("call");
}

/** @param {string} text what the organisers say to those who wait */
function wait(text) {
  const isNew = !lobby.isOpen;
  prejoin.setBusy(false);
  prejoin.close();
  lobby.open(text);
  lobby.setLost(false);
  if (isNew) showStage("waiting");
}

function leaveDoor() {
  prejoin.setBusy(false);
  prejoin.close();
  lobby.close();
}

/** @param {string} code why the server would not let us in */
function turnAway(code) {
  prejoin.setBusy(false);
  lobby.close();
  showStage("prejoin");
  void prejoin.open();
  page.prepare();
  if (code === "name-required") prejoin.showNameError(sentenceOf(words, code));
  else prejoin.showError(sentenceOf(words, code));
}

/**
 * @param {number} code
 * @param {string | null} minutes
 * @param {boolean} wasIn
 */
function end(code, minutes, wasIn) {
  leaveDoor();
  void media.close();
  away.render(code, minutes, wasIn);
  showStage("away");
}

async function rejoin() {
  await media.open();
  join(lastEntry);
}
