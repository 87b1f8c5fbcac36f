import assert from "node:assert/strict";
import { test } from "node:test";

import { Door } from "../../static/js/minutes/edit/door.js";
import { commandInText, commandOnLine } from "../../static/js/minutes/edit/keys.js";
import { Undoing } from "../../static/js/minutes/edit/undoing.js";

const AT_START = { start: 0, end: 0 };
const INSIDE = { start: 3, end: 3 };

test("keys on a line ask for what the help says", () => {
  assert.equal(commandOnLine({ key: "Enter" }), "edit");
  assert.equal(commandOnLine({ key: "L", shiftKey: true }), "speaker");
  assert.equal(commandOnLine({ key: "z", ctrlKey: true }), "undo");
  assert.equal(commandOnLine({ key: "Z", ctrlKey: true, shiftKey: true }), "redo");
  assert.equal(commandOnLine({ key: "y", metaKey: true }), "redo");
  assert.equal(commandOnLine({ key: "l", altKey: true }), undefined, "the menus of browsers and systems stay");
  assert.equal(commandOnLine({ key: "r", ctrlKey: true }), undefined, "reloading stays with the browser");
});

test("inside the text letters are letters, and its own undo stays with the browser", () => {
  assert.equal(commandInText({ key: "l" }, INSIDE), undefined);
  assert.equal(commandInText({ key: "z", ctrlKey: true }, INSIDE), undefined);
  assert.equal(commandInText({ key: "Enter" }, INSIDE), "split");
  assert.equal(commandInText({ key: "Enter", ctrlKey: true }, INSIDE), "save-and-next");
  assert.equal(commandInText({ key: "Escape" }, INSIDE), "leave");
});

test("backspace merges at the very start alone", () => {
  assert.equal(commandInText({ key: "Backspace" }, AT_START), "merge");
  assert.equal(commandInText({ key: "Backspace" }, INSIDE), undefined);
  assert.equal(commandInText({ key: "Backspace" }, { start: 0, end: 4 }), undefined);
});

test("what was undone is done again until something new is done", () => {
  const undoing = new Undoing();
  undoing.did(1);
  undoing.did(2);
  assert.equal(undoing.next, 2);
  undoing.undid(3);
  assert.equal(undoing.next, 1);
  assert.equal(undoing.again, 3);
  undoing.redid(4);
  assert.equal(undoing.next, 4);
  undoing.undid(5);
  undoing.did(6);
  assert.equal(undoing.again, undefined);
});

test("nothing was done when the server changed nothing", () => {
  const undoing = new Undoing();
  undoing.did(null);
  assert.equal(undoing.next, undefined);
});

test("requests go one after the other, each made when its turn has come", async () => {
  let revision = 0;
  /** @type {string[]} */
  const sent = [];
  const ask = async (/** @type {unknown} */ _url, /** @type {{body: string}} */ options) => {
    sent.push(options.body);
    revision += 1;
    return { status: 200, json: async () => ({ edit: revision }) };
  };
  const door = new Door("/", "token", /** @type {any} */ (ask));
  await Promise.all([door.send(() => ({ revision })), door.send(() => ({ revision }))]);
  assert.deepEqual(sent, ['{"revision":0}', '{"revision":1}']);
});

test("a connection that is away is told, and the next request goes out all the same", async () => {
  let isAway = true;
  const ask = async () => {
    if (isAway) throw new TypeError("away");
    return { status: 200, json: async () => ({ edit: 1 }) };
  };
  const door = new Door("/", "token", /** @type {any} */ (ask));
  assert.deepEqual(await door.send(() => ({})), { status: 0, code: "offline" });
  isAway = false;
  assert.deepEqual(await door.send(() => ({})), { status: 200, edit: 1 });
});
