import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { forget, health, hear, inLanguage, log, NO_CAPTIONS, shown, turn } from "../../static/js/room/captions.js";

/**
 * @param {string} line
 * @param {Partial<import("../../static/js/room/protocol.js").Caption>} [what]
 */
function caption(line, what = {}) {
  const whole = { line, participant: "c", name: "Claire", final: "Bonjour", partial: "à", over: false, language: "fr", at: 1, ...what };
  return { type: /** @type {const} */ ("caption"), ...whole };
}

const reading = turn(NO_CAPTIONS, true, 1_000);

describe("words", () => {
  it("grow in their line, which keeps its place", () => {
    let captions = hear(reading, caption("1"), 1_100);
    captions = hear(captions, caption("2", { name: "Bilal" }), 1_200);
    captions = hear(captions, caption("1", { final: "Bonjour à", partial: "tous" }), 1_300);
    assert.deepEqual(
      shown(captions, 1_400).map(({ name, final, partial }) => [name, final, partial]),
      [
        ["Claire", "Bonjour à", "tous"],
        ["Bilal", "Bonjour", "à"],
      ],
    );
  });

  it("leave the picture some time after they end, and stay in the text", () => {
    const captions = hear(reading, caption("1", { partial: "", over: true }), 2_000);
    assert.equal(shown(captions, 7_900).length, 1);
    assert.equal(shown(captions, 8_100).length, 0);
    assert.deepEqual(
      log(captions).map(({ final }) => final),
      ["Bonjour"],
    );
  });

  it("that may still change are not in the text", () => {
    assert.equal(log(hear(reading, caption("1"), 2_000)).length, 0);
  });

  it("said before are in the text, and not over the picture", () => {
    const lines = [{ line: "0", participant: "c", name: "Claire", text: "Avant.", language: "fr", at: 0 }];
    const captions = hear(reading, { type: "captions", lines }, 1_100);
    assert.equal(shown(captions, 1_200).length, 0);
    assert.equal(log(captions).length, 1);
  });

  it("that nobody asked for are not kept", () => {
    assert.equal(hear(NO_CAPTIONS, caption("1"), 1), NO_CAPTIONS);
    assert.equal(turn(hear(reading, caption("1"), 1), false, 2).said.length, 0);
  });

  it("do not fill the memory", () => {
    let captions = reading;
    for (let number = 0; number < 400; number += 1) captions = hear(captions, caption(String(number)), number + 2);
    assert.equal(captions.said.length, 300);
    assert.equal(captions.said.at(-1)?.line, "399");
  });
});

describe("what is read", () => {
  const both = hear(hear(reading, caption("1", { over: true }), 1), caption("2", { participant: "b", language: "en" }), 2);

  it("is without those who object since", () => {
    const lines = forget(both, new Set(["c"])).said.map(({ line }) => line);
    assert.deepEqual(lines, ["2"]);
    assert.equal(forget(both, new Set(["x"])), both);
  });

  it("is of the language that was chosen, or of one that is not known", () => {
    const all = hear(both, caption("3", { language: "" }), 3);
    const lines = (/** @type {string} */ wanted) => inLanguage(all, wanted).said.map(({ line }) => line);
    assert.deepEqual([lines("en"), lines("fr"), lines("")], [["2", "3"], ["1", "3"], ["1", "2", "3"]]);
  });
});

describe("health", () => {
  const ok = hear(reading, { type: "captions-state", state: "ok" }, 3_000);

  it("is told as long as the server says so", () => {
    assert.equal(health(reading, 2_000), "starting");
    assert.equal(health(reading, 9_100), "lost");
    assert.equal(health(ok, 4_400), "ok");
    assert.equal(health(hear(ok, { type: "captions-state", state: "late" }, 6_000), 6_100), "late");
  });

  it("is lost within two seconds of silence, and comes back", () => {
    assert.equal(health(ok, 4_600), "lost");
    assert.equal(health(hear(ok, { type: "captions-state", state: "ok" }, 9_000), 9_100), "ok");
  });
});
