import assert from "node:assert/strict";
import { test } from "node:test";

import { Levels, levelOf } from "../../static/js/room/quality.js";

const sample = (changes = {}) => ({ open: true, sentLoss: 0, roundTrip: 0.04, received: 0, lost: 0, ...changes });

test("sound that comes and goes well is good", () => {
  assert.equal(levelOf(sample({ received: 250 }), sample()), 3);
  assert.equal(levelOf(sample(), sample()), 3, "nobody speaks to us, and nothing is wrong");
});

test("what is lost counts, on either way, since the last look only", () => {
  assert.equal(levelOf(sample({ received: 240, lost: 12 }), sample()), 2);
  assert.equal(levelOf(sample({ received: 200, lost: 50 }), sample()), 1);
  assert.equal(levelOf(sample({ received: 500, lost: 50 }), sample({ received: 250, lost: 50 })), 3);
  assert.equal(levelOf(sample({ sentLoss: 0.05 }), sample()), 2);
  assert.equal(levelOf(sample({ sentLoss: 0.2 }), sample()), 1);
});

test("so does the time that an answer takes", () => {
  assert.equal(levelOf(sample({ roundTrip: 0.4 }), sample()), 2);
  assert.equal(levelOf(sample({ roundTrip: 1 }), sample()), 1);
});

test("a connection that is broken carries nothing", () => {
  assert.equal(levelOf(sample({ open: false }), sample()), 0);
});

test("a subscriber made anew begins to count again", () => {
  assert.equal(levelOf(sample({ received: 10 }), sample({ received: 5000, lost: 30 })), 3);
});

test("a level is said when two looks agree, once; one that is not good, again after a while", () => {
  const levels = new Levels();
  const said = [3, 1, 3, 1, 1, 1, 1, 3, 3, 3].map((level, index) => levels.isWorthSaying(level, index * 8_000));
  assert.deepEqual(said, [false, false, false, false, true, false, false, false, true, false]);
  const poor = new Levels();
  assert.deepEqual([0, 5, 20, 25, 30].map((s) => poor.isWorthSaying(1, s * 1000)), [false, true, false, true, false]);
});
