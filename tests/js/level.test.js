import assert from "node:assert/strict";
import { test } from "node:test";

import { levelOf, wakeLevel, watchLevel } from "../../static/js/room/level.js";

/** @type {FakeContext[]} */
const contexts = [];

class FakeContext {
  state = "suspended";
  constructor() {
    contexts.push(this);
  }
  createMediaStreamSource = () => ({ connect() {}, disconnect() {} });
  createAnalyser = () => ({ getFloatTimeDomainData() {} });
  async resume() {
    this.state = "running";
  }
  async close() {
    this.state = "closed";
  }
}

const track = { clone: () => ({ stop() {} }) };
Object.assign(globalThis, { AudioContext: FakeContext, MediaStream: class {} });

test("the sound of a page ends with the last microphone that is watched, and begins again with the next", async () => {
  const stops = [watchLevel(track, () => {}), watchLevel(track, () => {})];
  await Promise.resolve();
  assert.deepEqual(contexts.map(({ state }) => state), ["running"]);
  stops[0]();
  assert.equal(contexts[0].state, "running");
  stops[1]();
  assert.equal(contexts[0].state, "closed");
  wakeLevel();
  const stop = watchLevel(track, () => {});
  assert.deepEqual(contexts.map(({ state }) => state), ["closed", "running"]);
  stop();
});

test("silence is at the floor, and a raised voice at the top", () => {
  assert.equal(levelOf(new Float32Array(1024)), 0);
  assert.equal(levelOf(new Float32Array(1024).fill(0.5)), 1);
});
