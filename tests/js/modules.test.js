import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";

const STATIC = new URL("../../static/", import.meta.url);
const PRELOADS = new URL("../../templates/meetings/_room_modules.html", import.meta.url);

/** @returns {Promise<string[]>} paths below static/ */
async function roomModules() {
  const names = await readdir(new URL("js/room/", STATIC), { recursive: true });
  return names.filter((name) => name.endsWith(".js")).map((name) => `js/room/${name}`);
}

test("the page preloads every module of the room, and no other", async () => {
  const preloaded = [...(await readFile(PRELOADS, "utf-8")).matchAll(/static '([^']+)'/gu)].map(([, path]) => path);
  const modules = (await roomModules()).filter((path) => path !== "js/room/main.js");
  assert.deepEqual(preloaded.sort(), modules.sort());
});

test("imports are relative, end in .js and have a semicolon: hashing leaves others alone, in silence", async () => {
  for (const path of await roomModules()) {
    const text = await readFile(new URL(path, STATIC), "utf-8");
    for (const [line] of text.matchAll(/^import .*$/gmu)) {
      assert.match(line, /^import \{ [\w, ]+ \} from "\.{1,2}\/[\w./]+\.js";$/u, path);
    }
  }
});

test("the modules which say so know no page", async () => {
  for (const path of await roomModules()) {
    const text = await readFile(new URL(path, STATIC), "utf-8");
    if (/Knows no page/u.test(text)) assert.doesNotMatch(text, /\bdocument\b/u, path);
  }
});
