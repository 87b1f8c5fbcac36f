import assert from "node:assert/strict";
import { test } from "node:test";

import { bestGrid, bringForward, gridCapacity, pageOf, stripCapacity } from "../../static/js/room/layout.js";

const WINDOW = { width: 1248, height: 680 };
const TELEPHONE = { width: 374, height: 730 };

test("nobody is outside the window, whatever the number", () => {
  for (const room of [WINDOW, TELEPHONE]) {
    for (let count = 1; count <= 20; count += 1) {
      const { columns, width, height } = bestGrid(count, room, 8);
      const rows = Math.ceil(count / columns);
      assert.ok(columns * width + (columns - 1) * 8 <= room.width, `${count} across`);
      assert.ok(rows * height + (rows - 1) * 8 <= room.height, `${count} down`);
      assert.ok(width > 0 && height > 0);
    }
  }
});

test("faces keep a shape that a camera has", () => {
  for (let count = 1; count <= 12; count += 1) {
    const { width, height } = bestGrid(count, WINDOW, 8);
    assert.ok(width / height > 1.3 && width / height < 1.8, `${count}: ${width} × ${height}`);
  }
});

test("three people sit two and one in a wide window, one above the other on a telephone", () => {
  assert.equal(bestGrid(3, WINDOW, 8).columns, 2);
  assert.equal(bestGrid(3, TELEPHONE, 8).columns, 1);
});

test("a window without room asks for tiles of no size rather than of a negative one", () => {
  assert.deepEqual(bestGrid(4, { width: 0, height: 0 }, 8), { columns: 1, width: 0, height: 0 });
});

test("a grid takes as many as can still be read: sixteen in a laptop's window, eight on a telephone", () => {
  assert.equal(gridCapacity(WINDOW, 8), 16);
  assert.equal(gridCapacity(TELEPHONE, 8), 8);
  assert.equal(gridCapacity({ width: 0, height: 0 }, 8), 1);
  assert.equal(gridCapacity({ width: 4000, height: 3000 }, 8), 25);
});

test("a strip takes whole tiles only", () => {
  assert.equal(stripCapacity({ width: 240, height: 680 }, 8), 4);
  assert.equal(stripCapacity({ width: 374, height: 96 }, 8), 2);
  assert.equal(stripCapacity({ width: 0, height: 0 }, 8), 1);
});

const PEOPLE = ["claire", "bilal", "chen", "dora"];

test("who talks takes the place of the one who has been silent for longest; the others keep theirs", () => {
  const spokeAt = new Map([["claire", 30]]);
  assert.deepEqual(bringForward(PEOPLE, new Set(["dora"]), spokeAt, 2), ["claire", "dora", "chen", "bilal"]);
});

test("nobody moves while those who talk are on the first page", () => {
  assert.deepEqual(bringForward(PEOPLE, new Set(["bilal"]), new Map(), 2), PEOPLE);
  assert.deepEqual(bringForward(PEOPLE, new Set(PEOPLE), new Map(), 2), PEOPLE);
  assert.deepEqual(bringForward(PEOPLE, new Set(["dora"]), new Map(), 0), PEOPLE);
});

test("a page that is gone gives the last one", () => {
  assert.deepEqual(pageOf(PEOPLE, 3, 0), { items: ["claire", "bilal", "chen"], page: 0, pages: 2 });
  assert.deepEqual(pageOf(PEOPLE, 3, 7), { items: ["dora"], page: 1, pages: 2 });
  assert.deepEqual(pageOf([], 3, 0), { items: [], page: 0, pages: 1 });
});
