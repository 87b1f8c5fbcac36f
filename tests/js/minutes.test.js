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

/** @param {Partial<import("../../static/js/minutes/progress.js").Progress>} values */
const progress = (values) => ({
  type: /** @type {const} */ ("progress"),
  state: "transcribing",
  done: 0,
  total: 0,
  percent: 0,
  place: 0,
  minutes: 0,
  ...values,
});

test("the sentence of a stage tells the step that is under way, of how many, and the share", () => {
  const text = "Étape {step} sur {total}, {percent} %.";
  const stage = { step: 2, title: "", text, following: "", unsure: "" };
  assert.equal(describe(stage, progress({ done: 1, total: 3, percent: 40 })), "Étape 2 sur 3, 40 %.");
  assert.equal(describe(stage, progress({ done: 3, total: 3, percent: 100 })), "Étape 3 sur 3, 100 %.");
});

test("who waits is told their place, and how long where somebody can tell", () => {
  const stage = { step: 2, title: "", text: "{place}ᵉ, {minutes} min", following: "", unsure: "{place}ᵉ" };
  assert.equal(describe(stage, progress({ place: 4, minutes: 20 })), "4ᵉ, 20 min");
  assert.equal(describe(stage, progress({ place: 4 })), "4ᵉ");
});
