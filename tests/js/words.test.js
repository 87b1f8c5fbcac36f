import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { problemSentence, sentenceOf, wordsIn } from "../../static/js/room/words.js";

const fr = await wordsIn("fr");
const PROTOCOL = new URL("../../meetings/signalling/PROTOCOL.md", import.meta.url);

/** @returns {Promise<string[]>} the error codes which the contract names */
async function codesOfTheContract() {
  const text = await readFile(PROTOCOL, "utf-8");
  const paragraph = text.slice(text.indexOf("Errors: "), text.indexOf("Close codes:"));
  return [...paragraph.matchAll(/`([a-z-]+)`/gu)].map(([, code]) => code);
}

test("every error of the contract has a sentence in both languages", async () => {
  const codes = await codesOfTheContract();
  assert.ok(codes.includes("meeting-full"));
  for (const language of ["fr", "en"]) {
    const { errors } = await wordsIn(language);
    assert.deepEqual(codes.filter((code) => !(code in errors)), [], language);
  }
});

test("an error of a later version is still said in words", () => {
  assert.equal(sentenceOf(fr, "not-invented-yet"), fr.errors.refused);
});

test("every problem of a device has a sentence", () => {
  for (const problem of ["missing", "denied", "busy", "failed", "insecure"]) {
    for (const source of ["microphone", "camera"]) {
      assert.match(problemSentence(fr, source, problem), /^\p{L}/u);
    }
  }
});

test("French high punctuation never starts a line", () => {
  const sentences = JSON.stringify(fr);
  assert.doesNotMatch(sentences, / [?!;:»]|« /u);
});
