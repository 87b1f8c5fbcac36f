import assert from "node:assert/strict";
import { test } from "node:test";

import { cueAt } from "../../static/js/recording/captions.js";
import { clockOf, nextTurn, rateBeside, turnBefore, within } from "../../static/js/recording/places.js";

test("a place is read as a clock", () => {
  assert.deepEqual([0, 59.9, 425, 4025, -1].map(clockOf), ["0:00", "0:59", "7:05", "1:07:05", "0:00"]);
});

test("one goes from turn to turn, and not to the one that has just begun", () => {
  const starts = [1, 5, 9];
  assert.equal(nextTurn(starts, 5, 12), 9);
  assert.equal(nextTurn(starts, 9, 12), 12, "after the last one there is the end");
  assert.equal(turnBefore(starts, 9.5), 5);
  assert.equal(turnBefore(starts, 11), 9);
  assert.equal(turnBefore(starts, 1), 0);
});

test("places and speeds stay within what there is", () => {
  assert.deepEqual([-3, 4, 99].map((seconds) => within(seconds, 10)), [0, 4, 10]);
  assert.equal(rateBeside([0.75, 1, 1.25], 1, 1), 1.25);
  assert.equal(rateBeside([0.75, 1, 1.25], 1.25, 1), 1.25);
  assert.equal(rateBeside([0.75, 1, 1.25], 0.75, -1), 0.75);
});

test("a caption stays a moment after its last word, unless another one comes", () => {
  const cues = [
    { startTime: 1, endTime: 2 },
    { startTime: 4, endTime: 5 },
  ];
  assert.equal(cueAt(cues, 0.5), undefined);
  assert.equal(cueAt(cues, 3.9), cues[0]);
  assert.equal(cueAt(cues, 4), cues[1]);
  assert.equal(cueAt(cues, 9.5), undefined);
});
