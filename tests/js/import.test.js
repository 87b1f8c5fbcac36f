import assert from "node:assert/strict";
import { test } from "node:test";

import { megabytes, missingParts, percentOf } from "../../static/js/import/parts.js";

test("parts cover the file, the last one is what is left", () => {
  const parts = missingParts(25, 10, []);
  assert.deepEqual(parts, [
    { number: 1, start: 0, end: 10 },
    { number: 2, start: 10, end: 20 },
    { number: 3, start: 20, end: 25 },
  ]);
  assert.deepEqual(missingParts(20, 10, []).map((part) => part.number), [1, 2]);
});

test("what the store has is not sent again", () => {
  assert.deepEqual(missingParts(25, 10, [1, 3]).map((part) => part.number), [2]);
  assert.deepEqual(missingParts(25, 10, [1, 2, 3]), []);
});

test("the share counts what was there before", () => {
  assert.equal(percentOf(100, missingParts(100, 10, [1, 2, 3]), 0), 30);
  assert.equal(percentOf(100, missingParts(100, 10, [1, 2, 3]), 5), 35);
  assert.equal(percentOf(100, [], 0), 100);
  assert.equal(percentOf(0, [], 0), 0);
});

test("sizes are written as people of the language do", () => {
  assert.equal(megabytes(1_572_864, "fr"), "1,5");
  assert.equal(megabytes(1_572_864, "en"), "1.5");
});
