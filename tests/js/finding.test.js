import assert from "node:assert/strict";
import { test } from "node:test";

import { wordsIn, withWords } from "../../static/js/minutes/find/address.js";
import { Hits, placesOf } from "../../static/js/minutes/find/hits.js";
import { commandOnLine } from "../../static/js/minutes/edit/keys.js";
import { secondsIn } from "../../static/js/minutes/lines.js";
import { sameFrom } from "../../static/js/minutes/turns.js";

const found = () => [
  { line: 7, start: 10 },
  { line: 9, start: 20.004 },
  { line: 12, start: 30 },
];

test("one goes round what was found, from where one reads", () => {
  const hits = new Hits(found());
  hits.startAt(15);
  assert.equal(hits.current?.line, 9);
  hits.step(1);
  hits.step(1);
  assert.equal(hits.current?.line, 7);
  hits.step(-1);
  assert.equal(hits.current?.line, 12);
  hits.goTo(9);
  assert.equal(hits.place, 1);
});

test("past the last one it begins again; a link’s rounded second is its line’s", () => {
  const hits = new Hits(found());
  hits.startAt(31);
  assert.equal(hits.place, 0);
  hits.startAt(20.01);
  assert.equal(hits.place, 1);
});

test("what somebody removed makes room for the next one", () => {
  const hits = new Hits(found());
  hits.step(-1);
  hits.drop();
  assert.equal(hits.current?.line, 7);
  hits.drop();
  hits.drop();
  assert.equal(hits.current, undefined);
  hits.step(1);
  assert.equal(hits.current, undefined);
});

test("words are marked whole, accents and elisions apart", () => {
  const text = "L’été, l'École et l’écolier : école_2 école.";
  const places = placesOf(text, new Set(["École", "école", "été"]));
  assert.deepEqual(
    places.map(([start, end]) => text.slice(start, end)),
    ["été", "École", "école"],
  );
  assert.deepEqual(placesOf("", new Set(["x"])), []);
});

test("an address carries any words, and its second still reads", () => {
  for (const words of ["le budget", "50 % & plus #1", '"mot à mot" -non', "&mots=&mots=", "👩‍🚀"]) {
    const hash = withWords("#t=83.40", words);
    assert.equal(wordsIn(hash), words);
    assert.equal(secondsIn(hash), 83.4);
    assert.equal(wordsIn(withWords(hash, "autre")), "autre");
  }
  assert.equal(withWords("#t=83.40&mots=x", ""), "#t=83.40");
  assert.equal(wordsIn("#t=1"), "");
  assert.equal(wordsIn("#t=1&mots=%E9"), "", "cut or typed by hand");
});

test("the next line of the same voice, whoever speaks between", () => {
  const voices = ["a", "b", "a", "c", "b"];
  assert.equal(sameFrom(voices, 0, 1), 2);
  assert.equal(sameFrom(voices, 4, -1), 1);
  assert.equal(sameFrom(voices, 2, 1), -1);
  assert.equal(sameFrom(voices, 0, -1), -1);
  assert.equal(sameFrom(voices, -1, 1), -1, "its line is no longer there");
});

test("arrows with Shift are not those that change lines", () => {
  assert.equal(commandOnLine({ key: "ArrowDown", shiftKey: true }), undefined);
  assert.equal(commandOnLine({ key: "ArrowDown" }), "next");
});
