import assert from "node:assert/strict";
import { test } from "node:test";

import { indexAt, secondsIn } from "../../static/js/minutes/lines.js";
import { describe } from "../../static/js/minutes/progress.js";

test("a link names a second, and nothing else", () => {
  assert.equal(secondsIn("#t=83.40"), 83.4);
  assert.equal(secondsIn("#t=0"), 0);
  for (const hash of ["", "#", "#content", "#t=", "#t=-1", "#t=1e9x", "#t=1.2.3", "#t=83.40&u=1"]) {
    assert.equal(secondsIn(hash), null);
  }
});

test("a link into the middle of a line finds that line", () => {
  const starts = [1.4, 5.9, 5.9, 12.2];
  assert.equal(indexAt(starts, 5.9), 2);
  assert.equal(indexAt(starts, 5.89), 0, "a line that is later, however little, has not begun");
  assert.equal(indexAt(starts, 11), 2);
  assert.equal(indexAt(starts, 0), 0);
  assert.equal(indexAt(starts, 99), 3);
});

test("a line whose start was rounded down in the link is found all the same", () => {
  assert.equal(indexAt([1.001, 2.004, 3.004], 2.0), 1);
});

test("the sentence of a stage tells the tracks that are done", () => {
  const stage = { step: 2, title: "", text: "Pistes transcrites : {done} sur {total}.", following: "" };
  const progress = { type: /** @type {const} */ ("progress"), state: "transcribing", done: 1, total: 3, percent: 40 };
  assert.equal(describe(stage, progress), "Pistes transcrites : 1 sur 3.");
});
