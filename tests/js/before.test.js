import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { reportOf, verdictOf, viaOf } from "../../static/js/room/connection.js";
import { permissionHelp } from "../../static/js/room/permissionhelp.js";
import { platformOf } from "../../static/js/room/platform.js";
import { Silence } from "../../static/js/room/silence.js";
import { beforeWordsIn } from "../../static/js/room/words.js";

const [fr, en] = await Promise.all([beforeWordsIn("fr"), beforeWordsIn("en")]);
const AGENTS = {
  "chrome 131 windows": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
  "edge 131 windows": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
  "firefox 128 linux": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
  "safari 18 macos": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
  "safari 18 ios": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
  "chrome 131 ios": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1",
  "firefox 133 android": "Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0",
  "chrome 131 android": "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36",
  "other  other": "curl/8",
};
const OK = { microphone: null, camera: null };
const UDP = { name: "udp", via: "udp:3478", ms: 30.4 };
const TLS = { name: "relay", via: "tls:443", ms: 61.5 };
const SOCKET = { name: "websocket", code: "ok", ms: 12 };

describe("the browser and the system", () => {
  for (const [expected, agent] of Object.entries(AGENTS)) {
    test(expected, () => {
      const { browser, version, system } = platformOf(agent);
      assert.equal(`${browser} ${version} ${system}`, expected);
    });
  }

  test("an iPad says that it is a Mac, and is touched", () => {
    assert.equal(platformOf(AGENTS["safari 18 macos"], 5).system, "ios");
  });
});

describe("a silent microphone", () => {
  test("is one that brought nothing at all for five seconds", () => {
    const silence = new Silence();
    assert.equal(silence.hear(0, 1_000), false);
    assert.equal(silence.hear(0, 5_999), false);
    assert.equal(silence.hear(0, 6_000), true);
  });

  test("is silent no more when something is heard, and may fall silent again", () => {
    const silence = new Silence();
    silence.hear(0, 0);
    assert.equal(silence.hear(0, 5_000), true);
    assert.equal(silence.hear(0.04, 5_100), false);
    assert.equal(silence.hear(0, 10_099), false);
    assert.equal(silence.hear(0, 10_100), true);
  });
});

describe("help with what was refused", () => {
  test("every browser and system has steps in both languages", () => {
    for (const words of [fr, en]) {
      for (const agent of Object.values(AGENTS)) {
        for (const problem of ["denied", "denied-by-system"]) {
          const help = permissionHelp(words, platformOf(agent), { microphone: problem, camera: null });
          assert.ok(help.steps.length >= 3);
          assert.ok([help.title, ...help.steps].every((text) => text && !text.includes("undefined")));
        }
      }
    }
  });

  test("names what was refused, and no more", () => {
    const title = (problems) => permissionHelp(en, platformOf(AGENTS["firefox 128 linux"]), problems)?.title;
    assert.equal(title({ ...OK, microphone: "denied" }), "To allow the microphone in Firefox");
    assert.equal(title({ ...OK, camera: "denied" }), "To allow the camera in Firefox");
    assert.equal(title({ microphone: "denied", camera: "denied" }), "To allow the camera and the microphone in Firefox");
    assert.equal(title({ microphone: "missing", camera: "busy" }), undefined);
  });

  test("goes to the system at once when the system refused", () => {
    const help = permissionHelp(fr, platformOf(AGENTS["chrome 131 windows"]), { ...OK, microphone: "denied-by-system" });
    assert.match(help.title, /Windows/u);
    assert.equal(help.steps[0], fr.systemStep.windows);
  });
});

describe("the test of the connection", () => {
  test("a relay is named by its transport and its port", () => {
    assert.equal(viaOf("turn:turn.example"), "udp:3478");
    assert.equal(viaOf("turn:turn.example:3479?transport=udp"), "udp:3479");
    assert.equal(viaOf("turn:turn.example:80?transport=tcp"), "tcp:80");
    assert.equal(viaOf("turns:turn.example:443?transport=tcp"), "tls:443");
    assert.equal(viaOf("turns:turn.example"), "tls:5349");
    assert.equal(viaOf("turn:[2001:db8::1]:3478"), "udp:3478");
  });

  const results = [
    ["good", [SOCKET, { ...UDP, code: "ok" }, { ...TLS, code: "timeout" }]],
    ["detour", [SOCKET, { ...UDP, code: "timeout" }, { ...TLS, code: "ok" }]],
    ["no-media", [SOCKET, { ...UDP, code: "timeout" }, { ...TLS, code: "ice-701" }]],
    ["no-socket", [{ ...SOCKET, code: "closed-1006" }, { ...UDP, code: "ok" }, { ...TLS, code: "ok" }]],
    ["untried", [SOCKET, { ...UDP, code: "not-offered" }, { ...TLS, code: "not-offered" }]],
    ["no-media", [SOCKET, { ...UDP, code: "timeout" }, { ...TLS, code: "not-offered" }]],
  ];
  for (const [verdict, checks] of results) {
    test(`${verdict}: ${checks.map(({ code }) => code).join(" ")}`, () => assert.equal(verdictOf(checks), verdict));
  }

  test("the report is codes and durations, one line for each", () => {
    const report = reportOf({
      at: new Date("2026-11-25T09:00:00.123Z"),
      platform: platformOf(AGENTS["firefox 128 linux"]),
      checks: [SOCKET, { ...UDP, code: "timeout" }, { ...TLS, code: "ok" }],
      problems: { microphone: "denied", camera: null },
    });
    assert.deepEqual(report.split("\n"), [
      "visio-check 1 2026-11-25T09:00:00Z detour",
      "firefox 128 linux microphone=denied camera=ok",
      "websocket ok 12ms",
      "udp udp:3478 timeout 30ms",
      "relay tls:443 ok 62ms",
    ]);
  });
});

test("French high punctuation never starts a line", () => {
  assert.doesNotMatch(JSON.stringify(fr), / [?!;:»]|« /u);
});
