import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { Viewing } from "../../static/js/room/viewing.js";

const tile = (participant, width = 640, source = "camera") => ({ participant, source, width });
let now = 0;

beforeEach(() => {
  now = 1000;
  mock.timers.enable({ apis: ["setTimeout"] });
  mock.method(performance, "now", () => now);
});
afterEach(() => mock.reset());

function wait(milliseconds) {
  now += milliseconds;
  mock.timers.tick(milliseconds);
}

function watched(say = () => true) {
  const said = [];
  const viewing = new Viewing((message) => say() && said.push(message.tiles.map(({ participant }) => participant)) > 0);
  return { viewing, said };
}

test("the first view is told at once, the next ones together", () => {
  const { viewing, said } = watched();
  viewing.show([tile("claire")]);
  assert.deepEqual(said, [["claire"]]);
  wait(50);
  viewing.show([tile("chen")]);
  viewing.show([tile("dora")]);
  assert.equal(said.length, 1);
  wait(150);
  assert.deepEqual(said, [["claire"], ["dora"]]);
});

test("what has not changed is not told again, but after a new entry", () => {
  const { viewing, said } = watched();
  viewing.show([tile("claire", 641)]);
  wait(300);
  viewing.show([tile("claire", 655)]);
  assert.equal(said.length, 1);
  viewing.forget();
  viewing.show([tile("claire", 655)]);
  assert.equal(said.length, 2);
});

test("what could not be said is said next time", () => {
  let open = false;
  const { viewing, said } = watched(() => open);
  viewing.show([tile("claire")]);
  assert.equal(said.length, 0);
  open = true;
  viewing.show([tile("claire")]);
  assert.deepEqual(said, [["claire"]]);
});

test("a picture is expected while it is shown", () => {
  const { viewing } = watched();
  viewing.show([tile("claire")]);
  assert.equal(viewing.shows("claire", "camera"), true);
  assert.equal(viewing.shows("claire", "screen"), false);
  assert.equal(viewing.shows("chen", "camera"), false);
});

test("the server reads sixty tiles at most", () => {
  let count = 0;
  const viewing = new Viewing((message) => (count = message.tiles.length) > 0);
  viewing.show(Array.from({ length: 80 }, (_, number) => tile(`p${number}`)));
  assert.equal(count, 60);
});
