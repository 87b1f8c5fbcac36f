import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { recallPreferences, rememberPreferences } from "../../static/js/room/preferences.js";

const DEFAULTS = { layout: "auto", selfView: true };

function store(text) {
  const kept = new Map(text === undefined ? [] : [["visio-layout", text]]);
  globalThis.localStorage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
}
afterEach(() => delete globalThis.localStorage);

test("what was chosen is remembered", () => {
  store();
  assert.deepEqual(recallPreferences(), DEFAULTS);
  rememberPreferences({ layout: "grid", selfView: false });
  assert.deepEqual(recallPreferences(), { layout: "grid", selfView: false });
});

test("nonsense, and no storage at all, give what everybody begins with", () => {
  for (const text of ["null", "{", "[]", '{"layout": "circle", "selfView": "no"}']) {
    store(text);
    assert.deepEqual(recallPreferences(), DEFAULTS, text);
  }
  Object.defineProperty(globalThis, "localStorage", {
    configurable: true,
    get: () => {
      throw new DOMException("closed", "SecurityError");
    },
  });
  assert.deepEqual(recallPreferences(), DEFAULTS);
  rememberPreferences(DEFAULTS);
});
