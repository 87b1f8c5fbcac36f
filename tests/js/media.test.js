import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { LocalMedia } from "../../static/js/room/media.js";

/** @type {any} what the system gives next; null: it is busy */
let given = null;
let changes = 0;

class Track {
  enabled = true;
  isStopped = false;

  constructor(kind) {
    this.kind = kind;
  }

  stop() {
    this.isStopped = true;
  }
}

const devices = {
  getUserMedia: async ({ audio, video }) => {
    if (given === null) throw new DOMException("in use", "NotReadableError");
    const tracks = [...(audio ? [new Track("audio")] : []), ...(video ? [new Track("video")] : [])];
    const of = (kind) => tracks.filter((track) => track.kind === kind);
    return { getAudioTracks: () => of("audio"), getVideoTracks: () => of("video") };
  },
};

/** Its changes are done one after the other: this waits for all so far. */
const settled = (media) => media.recover();

async function opened() {
  const media = new LocalMedia();
  await media.open();
  media.addEventListener("change", () => (changes += 1));
  return media;
}

beforeEach(() => {
  Object.defineProperty(globalThis, "navigator", { value: { mediaDevices: devices }, configurable: true });
  given = {};
  changes = 0;
});

describe("a telephone call", () => {
  test("that takes the microphone for a while turns nothing off, and the others are told", async () => {
    const media = await opened();
    media.tracks.microphone.onmute();
    assert.deepEqual(media.sending, { microphone: false, camera: true, screen: false });
    assert.equal(media.on.microphone, true);
    media.tracks.microphone.onunmute();
    assert.deepEqual(media.sending, { microphone: true, camera: true, screen: false });
    assert.equal(changes, 2);
  });

  test("that ends the microphone gives it back afterwards", async () => {
    const media = await opened();
    given = null;
    media.tracks.microphone.onended();
    await settled(media);
    assert.equal(media.tracks.microphone, null);
    assert.equal(media.sending.microphone, false);
    given = {};
    await media.recover();
    assert.notEqual(media.tracks.microphone, null);
    assert.equal(media.sending.microphone, true);
  });

  test("does not turn on what the person had turned off", async () => {
    const media = await opened();
    await media.turn("microphone", false);
    media.tracks.microphone.onmute();
    media.tracks.microphone.onunmute();
    assert.equal(media.sending.microphone, false);
    assert.equal(media.tracks.microphone.enabled, false);
  });
});

test("a camera that the system holds back is not shown as on", async () => {
  const media = await opened();
  media.tracks.camera.onmute();
  assert.equal(media.sending.camera, false);
  await media.turn("camera", false);
  await media.turn("camera", true);
  assert.equal(media.sending.camera, true);
});

test("a microphone that is unplugged is replaced at once", async () => {
  const media = await opened();
  media.tracks.microphone.onended();
  await settled(media);
  assert.notEqual(media.tracks.microphone, null);
  assert.equal(media.sending.microphone, true);
});
