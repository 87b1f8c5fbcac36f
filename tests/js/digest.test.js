import assert from "node:assert/strict";
import { test } from "node:test";

import { Digest } from "../../static/js/room/digest.js";
import { wordsIn } from "../../static/js/room/words.js";

const words = await wordsIn("fr");

/** @param {Array<[string, string]>} news */
function told(news) {
  const digest = new Digest(words);
  for (const [kind, what] of news) digest.add(kind, what);
  const sentences = [];
  for (let next = digest.take(); next; next = digest.take()) sentences.push(next.text);
  return sentences;
}

test("forty people who come make one sentence", () => {
  const [sentence, ...others] = told(Array.from({ length: 40 }, (_, index) => ["joined", `Agent ${index}`]));
  assert.equal(sentence, "40 personnes ont rejoint la réunion.");
  assert.deepEqual(others, []);
});

test("each kind has its sentence: who waits first, who left last", () => {
  const news = [["left", "Chen"], ["chat", "Chen : bonjour"], ["hand", "Bilal"], ["waiting", "Madame Durand"]];
  assert.deepEqual(told(news), [
    "Madame Durand attend d’entrer.",
    "Bilal lève la main.",
    "Chen : bonjour",
    "Chen a quitté la réunion.",
  ]);
});

test("there is nothing to say when nothing happened", () => {
  assert.equal(new Digest(words).take(), null);
});
