import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { Seating } from "../../static/js/room/seating.js";
import { EMPTY } from "../../static/js/room/state.js";

const AUTO = { layout: "auto", selfView: true };
const SPEAKER = { layout: "speaker", selfView: true };
const GRID = { layout: "grid", selfView: true };

/** Bilal's view; those whose name is in capitals share their screen. */
function meeting(names, talking = []) {
  const participants = names.map((name) => ({ id: name.toLowerCase(), screen: name !== name.toLowerCase() }));
  return { ...EMPTY, me: "bilal", participants, talking: new Set(talking) };
}

const short = ({ id, source }) => (source === "screen" ? `screen of ${id}` : id);

function seated(seating, state, preferences = AUTO, capacity = 16) {
  seating.follow(state, performance.now());
  const plan = seating.plan(state, preferences);
  const { items, page, pages } = seating.seat(plan, capacity, state.talking);
  return { mode: plan.mode, large: plan.large.map(short), small: items.map(short), page, pages };
}

describe("the automatic arrangement", () => {
  test("others in the order in which they came, oneself last", () => {
    const { mode, large, small } = seated(new Seating(), meeting(["bilal", "claire", "chen"]));
    assert.deepEqual([mode, large, small], ["grid", [], ["claire", "chen", "bilal"]]);
  });

  test("alone, and two", () => {
    assert.equal(seated(new Seating(), meeting(["bilal"])).mode, "alone");
    assert.equal(seated(new Seating(), meeting(["bilal", "claire"])).mode, "duo");
    assert.equal(seated(new Seating(), meeting(["bilal", "claire"]), GRID).mode, "grid");
  });

  test("screens are large, side by side", () => {
    const { mode, large, small } = seated(new Seating(), meeting(["CLAIRE", "CHEN", "bilal"]));
    assert.deepEqual([mode, large], ["focus", ["screen of claire", "screen of chen"]]);
    assert.deepEqual(small, ["claire", "chen", "bilal"]);
  });

  test("one's own screen is not shown", () => {
    assert.equal(seated(new Seating(), meeting(["BILAL", "claire"])).mode, "duo");
  });
});

describe("pins", () => {
  const pinned = (...items) => {
    const seating = new Seating();
    for (const item of items) seating.togglePin(item);
    return seating;
  };
  const screen = { id: "chen", source: "screen" };
  const claire = { id: "claire", source: "camera" };

  test("a screen that is pinned is large, the other one small", () => {
    const { large, small } = seated(pinned(screen), meeting(["CLAIRE", "CHEN", "bilal"]));
    assert.deepEqual(large, ["screen of chen"]);
    assert.deepEqual(small, ["screen of claire", "claire", "chen", "bilal"]);
  });

  test("several people, beside a screen", () => {
    const seating = pinned(claire, { id: "dora", source: "camera" });
    const { large } = seated(seating, meeting(["claire", "CHEN", "dora", "bilal"]));
    assert.deepEqual(large, ["screen of chen", "claire", "dora"]);
  });

  test("in a grid they come first, on every width", () => {
    const { large, small } = seated(pinned(claire), meeting(["dora", "chen", "claire", "bilal"]), GRID, 3);
    assert.deepEqual([large, small], [[], ["claire", "dora", "bilal"]]);
  });

  test("they end with what they show", () => {
    const seating = pinned(screen);
    seated(seating, meeting(["claire", "chen", "bilal"]));
    assert.equal(seating.isPinned(screen), false);
  });

  test("pinned again is pinned no more", () => {
    assert.equal(seated(pinned(claire, claire), meeting(["claire", "chen", "bilal"])).mode, "grid");
  });
});

describe("whoever is speaking", () => {
  test("is large until they are silent and another speaks", () => {
    const seating = new Seating();
    const large = (...talking) => seated(seating, meeting(["claire", "chen", "bilal"], talking), SPEAKER).large[0];
    assert.equal(large(), "claire");
    assert.equal(large("chen"), "chen");
    assert.equal(large("claire", "chen"), "chen");
    assert.equal(large("claire"), "claire");
    assert.equal(large("bilal"), "claire", "oneself is never large");
    assert.equal(large(), "claire");
  });

  test("gives way to who is pinned", () => {
    const seating = new Seating();
    seating.togglePin({ id: "claire", source: "camera" });
    assert.deepEqual(seated(seating, meeting(["claire", "chen", "bilal"], ["chen"]), SPEAKER).large, ["claire"]);
  });

  test("who leaves is replaced", () => {
    const seating = new Seating();
    seated(seating, meeting(["claire", "chen", "bilal"], ["claire"]), SPEAKER);
    assert.deepEqual(seated(seating, meeting(["chen", "bilal"]), SPEAKER).large, ["chen"]);
  });
});

describe("oneself", () => {
  test("can be hidden, and leaves the place to another", () => {
    const state = meeting(["claire", "chen", "dora", "bilal"]);
    assert.deepEqual(seated(new Seating(), state, AUTO, 3).small, ["claire", "chen", "bilal"]);
    assert.deepEqual(seated(new Seating(), state, { ...AUTO, selfView: false }, 3).small, ["claire", "chen", "dora"]);
  });
});

describe("pages", () => {
  const NAMES = ["bilal", "claire", "chen", "dora", "paule"];

  test("as many as it takes, oneself on each", () => {
    const seating = new Seating();
    seating.page = 1;
    const { small, page, pages } = seated(seating, meeting(NAMES), AUTO, 3);
    assert.deepEqual([small, page, pages], [["dora", "paule", "bilal"], 1, 2]);
  });

  test("who speaks comes to the first, and stays there; the others keep their places", () => {
    const seating = new Seating();
    assert.deepEqual(seated(seating, meeting(NAMES, ["paule"]), AUTO, 3).small, ["paule", "chen", "bilal"]);
    assert.deepEqual(seated(seating, meeting(NAMES), AUTO, 3).small, ["paule", "chen", "bilal"]);
  });

  test("a window where all fit has one page", () => {
    const seating = new Seating();
    seating.page = 1;
    assert.deepEqual(seated(seating, meeting(NAMES), AUTO, 16).pages, 1);
    assert.equal(seating.page, 0);
  });
});
