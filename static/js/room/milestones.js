/** @file Marks in the browser's own timeline, which anybody may read: how long joining took. */

const LOOK_MS = 20;
const PATIENCE_MS = 15_000;
const NAMES = /** @type {const} */ (["join-click", "joined", "first-frame", "first-audio"]);

/** @typedef {(typeof NAMES)[number]} Milestone */

/** Only the first of each counts. @param {Milestone} name */
export function mark(name) {
  if (!isMarked(name)) performance.mark(`visio:${name}`);
}

export function clearMarks() {
  for (const name of NAMES) performance.clearMarks(`visio:${name}`);
}

/** @param {Milestone} name */
function isMarked(name) {
  return performance.getEntriesByName(`visio:${name}`).length > 0;
}

/** @param {HTMLVideoElement} video */
export function markFirstFrame(video) {
  if (isMarked("first-frame") || !("requestVideoFrameCallback" in video)) return;
  video.requestVideoFrameCallback(() => mark("first-frame"));
}

/** Look at a receiver until sound has come out of it. @param {RTCRtpReceiver} receiver */
export async function markFirstAudio(receiver) {
  const until = performance.now() + PATIENCE_MS;
  while (!isMarked("first-audio") && performance.now() < until) {
    for (const report of (await receiver.getStats()).values()) {
      if (report.type === "inbound-rtp" && report.jitterBufferEmittedCount > 0) return mark("first-audio");
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
