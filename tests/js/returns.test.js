import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { watchReturns } from "../../static/js/room/returns.js";

const page = Object.assign(new EventTarget(), { visibilityState: "visible" });
const here = new EventTarget();
let returns = 0;
let now = 0;
let stop = () => {};

/** The wall's clock goes with the timers, but for the machine's sleep. */
function pass(ms, asleep = 0) {
  now += asleep;
  for (let left = ms; left > 0; left -= 500) {
    now += 500;
    mock.timers.tick(500);
  }
}

beforeEach(() => {
  mock.timers.enable({ apis: ["setInterval"] });
  globalThis.addEventListener = here.addEventListener.bind(here);
  globalThis.removeEventListener = here.removeEventListener.bind(here);
  returns = now = 0;
  stop = watchReturns(() => (returns += 1), { page, clock: () => now });
});

afterEach(() => {
  stop();
  mock.timers.reset();
});

test("a network that is there again is told", () => {
  here.dispatchEvent(new Event("online"));
  assert.equal(returns, 1);
});

test("a page that is looked at again is told, one that is hidden is not", () => {
  page.visibilityState = "hidden";
  page.dispatchEvent(new Event("visibilitychange"));
  assert.equal(returns, 0);
  page.visibilityState = "visible";
  page.dispatchEvent(new Event("visibilitychange"));
  assert.equal(returns, 1);
});

test("a machine that has slept is told once, one that is only slow is not", () => {
  pass(60_000);
  pass(4_000, 5_000);
  assert.equal(returns, 0);
  pass(4_000, 3_600_000);
  assert.equal(returns, 1);
});

test("nothing is told after the end", () => {
  stop();
  here.dispatchEvent(new Event("online"));
  page.dispatchEvent(new Event("visibilitychange"));
  pass(4_000, 3_600_000);
  assert.equal(returns, 0);
});
