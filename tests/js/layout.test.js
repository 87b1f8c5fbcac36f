import assert from "node:assert/strict";
import { test } from "node:test";

import { bestGrid, chooseTiles } from "../../static/js/room/layout.js";

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

test("when not all fit, those who spoke last are kept, in their usual order", () => {
  const spokeAt = new Map([
    ["dora", 30],
    ["bilal", 10],
  ]);
  assert.deepEqual(chooseTiles(["claire", "bilal", "chen", "dora"], spokeAt, 2), ["bilal", "dora"]);
});

test("when all fit, all are kept", () => {
  assert.deepEqual(chooseTiles(["claire", "bilal"], new Map(), 2), ["claire", "bilal"]);
});
