import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { findLinks } from "../../static/js/room/links.js";

const hrefs = (text) => findLinks(text).flatMap(({ href }) => href ?? []);

describe("addresses", () => {
  test("an address becomes a link, and the pieces are the text again", () => {
    const text = "Le lien : https://visio.example/r/abc?x=1#y, puis on verra.";
    assert.deepEqual(hrefs(text), ["https://visio.example/r/abc?x=1#y"]);
    assert.equal(findLinks(text).map((piece) => piece.text).join(""), text);
  });

  test("what ends the sentence is no part of the address; brackets that the address opened are", () => {
    assert.deepEqual(hrefs("(voir https://a.example/b)."), ["https://a.example/b"]);
    assert.deepEqual(hrefs("https://fr.wikipedia.org/wiki/Visio_(homonymie)"), [
      "https://fr.wikipedia.org/wiki/Visio_(homonymie)",
    ]);
    assert.deepEqual(hrefs("« https://a.example »"), ["https://a.example/"]);
  });

  test("several, on several lines", () => {
    assert.deepEqual(hrefs("http://a.example\nhttps://b.example"), ["http://a.example/", "https://b.example/"]);
  });
});

describe("nothing else is a link", () => {
  for (const text of [
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "ftp://a.example",
    "https://",
    "https://gouv.fr@elsewhere.example/",
    "<a href='x'>y</a>",
    "",
  ]) {
    test(text || "an empty text", () => {
      assert.deepEqual(hrefs(text), []);
      assert.equal(findLinks(text).map((piece) => piece.text).join(""), text);
    });
  }
});
