import assert from "node:assert/strict";
import { test } from "node:test";

import { placesIn } from "../../static/js/minutes/doubts.js";
import { spokenClock } from "../../static/js/minutes/lines.js";
import { spanAt } from "../../static/js/minutes/spoken.js";

test("a clock reads as the server writes it", () => {
  assert.deepEqual([0, 65.9, 3600, 36_061].map(spokenClock), ["00:00", "01:05", "1:00:00", "10:01:01"]);
});

test("the word that is heard is the last one that began, until a moment after its end", () => {
  /** @type {import("../../static/js/minutes/spoken.js").Span[]} */
  const spans = [
    [1, 1.5, 0, 2],
    [1.5, 2, 3, 9],
  ];
  assert.equal(spanAt(spans, 0.9), undefined);
  assert.equal(spanAt(spans, 1.2), spans[0]);
  assert.equal(spanAt(spans, 1.5), spans[1]);
  assert.equal(spanAt(spans, 2.1), spans[1]);
  assert.equal(spanAt(spans, 2.3), undefined, "nothing is marked in a silence");
});

test("doubtful words are marked where they stand in the text", () => {
  assert.deepEqual(placesIn("0-4 9-12", 12), [
    [0, 4],
    [9, 12],
  ]);
  assert.deepEqual(placesIn("", 12), []);
  assert.deepEqual(placesIn("0-4 9-12 5-5 a-b", 8), [[0, 4]], "what lies past the text is left out");
});
