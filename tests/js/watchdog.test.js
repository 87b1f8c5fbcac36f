import assert from "node:assert/strict";
import { test } from "node:test";

import { lateMids } from "../../static/js/room/watchdog.js";

const LINES = [{ mid: "0", expected: true }];

test("a line that brings nothing for five seconds is late", () => {
  const seen = new Map();
  assert.deepEqual(lateMids(LINES, new Map([["0", 7]]), seen, 0), []);
  assert.deepEqual(lateMids(LINES, new Map([["0", 7]]), seen, 4_999), []);
  assert.deepEqual(lateMids(LINES, new Map([["0", 7]]), seen, 5_000), ["0"]);
});

test("one that has brought nothing at all is late too", () => {
  const seen = new Map();
  lateMids(LINES, new Map(), seen, 0);
  assert.deepEqual(lateMids(LINES, new Map(), seen, 5_000), ["0"]);
});

test("a line that brings something again is late no more", () => {
  const seen = new Map();
  lateMids(LINES, new Map([["0", 7]]), seen, 0);
  lateMids(LINES, new Map([["0", 7]]), seen, 6_000);
  assert.deepEqual(lateMids(LINES, new Map([["0", 8]]), seen, 8_000), []);
});

test("nothing is expected of a camera that is off, and its patience starts when it is on", () => {
  const seen = new Map();
  lateMids([{ mid: "0", expected: false }], new Map(), seen, 0);
  assert.deepEqual(lateMids([{ mid: "0", expected: false }], new Map(), seen, 9_000), []);
  assert.deepEqual(lateMids(LINES, new Map(), seen, 10_000), []);
  assert.deepEqual(lateMids(LINES, new Map(), seen, 14_000), ["0"]);
});
