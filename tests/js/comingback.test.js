import assert from "node:assert/strict";
import { describe, mock, test } from "node:test";

import { retryDelayMs } from "../../static/js/room/signalling.js";
import { ended, ENTRY, heard, JOINED, lost, openJoined, openSignalling, sockets } from "./fakesocket.js";

describe("coming back", () => {
  for (const code of [1001, 1006, 1011, 1012, 4408, 4500, 4503]) {
    test(`after ${code} the browser joins again`, () => {
      openJoined();
      sockets[0].end(code);
      mock.timers.tick(500);
      assert.equal(sockets.length, 2);
      assert.deepEqual(ended, []);
    });
  }

  for (const code of [1000, 4400, 4404, 4409]) {
    test(`after ${code} it does not, and says why`, () => {
      openJoined();
      sockets[0].end(code);
      mock.timers.tick(60_000);
      assert.equal(sockets.length, 1);
      assert.deepEqual(ended, [code]);
    });
  }

  const REMOVED = { type: "error", verb: "join", code: "removed" };

  test("who was removed meanwhile is told so as if they had been there", () => {
    openJoined();
    sockets[0].end(1006);
    mock.timers.tick(500);
    sockets[1].open();
    sockets[1].say(REMOVED);
    mock.timers.tick(60_000);
    assert.deepEqual([ended, heard, sockets.length], [[4403], ["joined"], 2]);
  });

  test("who was removed before, and opens the page again, hears why they may not join", () => {
    openSignalling();
    sockets[0].open();
    sockets[0].say(REMOVED);
    assert.deepEqual([ended, heard], [[], ["error"]]);
  });

  test("the delay grows from half a second to four, after a minute to fifteen; half of it is chance", () => {
    assert.equal(retryDelayMs(0, () => 1), 500);
    assert.equal(retryDelayMs(0, () => 0), 250);
    assert.ok(retryDelayMs(3, () => 1) > retryDelayMs(2, () => 1));
    assert.equal(retryDelayMs(15, () => 1), 4_000);
    assert.equal(retryDelayMs(50, () => 1), 15_000);
  });

  test("who is told to come again is there at once, the first time", () => {
    openJoined();
    sockets[0].end(4503);
    mock.timers.tick(250);
    assert.equal(sockets.length, 2);
    sockets[1].open();
    sockets[1].say(JOINED);
    sockets[1].end(4503);
    mock.timers.tick(799);
    assert.equal(sockets.length, 2);
    mock.timers.tick(1);
    assert.equal(sockets.length, 3);
  });

  test("attempts that fail are further and further apart", () => {
    openSignalling();
    const waits = [0, 1, 2].map((attempt) => retryDelayMs(attempt, () => 1));
    for (const [attempt, wait] of waits.entries()) {
      sockets[attempt].end(1006);
      mock.timers.tick(wait - 1);
      assert.equal(sockets.length, attempt + 1);
      mock.timers.tick(1);
      assert.equal(sockets.length, attempt + 2);
    }
  });

  test("when the network is back, it does not wait for the rest of the delay", () => {
    const signalling = openJoined();
    sockets[0].end(1006);
    signalling.retryNow();
    assert.equal(sockets.length, 2);
    mock.timers.tick(20_000);
    assert.equal(sockets.length, 2);
  });

  test("a socket which does not open within fifteen seconds is given up", () => {
    openSignalling();
    mock.timers.tick(15_000);
    assert.notEqual(sockets[0].closedWith, null);
    mock.timers.tick(500);
    assert.equal(sockets.length, 2);
  });

  test("after a break each attempt has four seconds, and is soon followed by the next one", () => {
    openJoined();
    sockets[0].end(1006);
    mock.timers.tick(500);
    for (const attempt of [1, 2, 3, 4, 5, 6]) {
      mock.timers.tick(3_999);
      assert.equal(sockets[attempt].closedWith, null);
      mock.timers.tick(1);
      assert.notEqual(sockets[attempt].closedWith, null);
      mock.timers.tick(500);
      assert.equal(sockets.length, attempt + 2);
    }
  });

  test("an attempt that fails while the network settles is soon followed by another", () => {
    const signalling = openJoined();
    for (let attempt = 0; attempt < 8; attempt += 1) {
      sockets.at(-1).end(1006);
      mock.timers.tick(4_000);
    }
    signalling.retryNow();
    const before = sockets.length;
    sockets.at(-1).end(1006);
    mock.timers.tick(800);
    assert.equal(sockets.length, before + 1);
  });

  test("when media stop, a socket that does not answer is given up at once, and one that is on its way is left alone", () => {
    const signalling = openJoined();
    signalling.probe();
    mock.timers.tick(2_000);
    assert.equal(lost.times, 1);
    mock.timers.tick(500);
    assert.equal(sockets.length, 2);
    signalling.probe();
    mock.timers.tick(3_000);
    assert.equal(sockets.length, 2);
    assert.equal(sockets[1].closedWith, null);
  });

  test("when the network is back, an attempt that was made without it is not waited for", () => {
    const signalling = openJoined();
    sockets[0].end(1006);
    mock.timers.tick(500);
    signalling.retryNow();
    assert.equal(sockets.length, 3);
    assert.notEqual(sockets[1].closedWith, null);
  });

  test("when another network is there, a socket that does not answer at once is given up", () => {
    const signalling = openJoined();
    signalling.retryNow();
    assert.equal(sockets[0].types().at(-1), "ping");
    mock.timers.tick(1_999);
    assert.equal(lost.times, 0);
    mock.timers.tick(1);
    assert.equal(lost.times, 1);
  });

  test("when another network is there, a socket that answers is kept", () => {
    const signalling = openJoined();
    signalling.retryNow();
    sockets[0].say({ type: "pong" });
    mock.timers.tick(10_000);
    assert.equal(lost.times, 0);
  });

  test("after the end, a network that is back changes nothing", () => {
    const signalling = openJoined();
    signalling.leave();
    signalling.retryNow();
    assert.equal(sockets.length, 1);
  });

  test("what joining gave is said when joining again, until it is forgotten", () => {
    const signalling = openJoined();
    signalling.resume = "a token";
    sockets[0].end(1012);
    mock.timers.tick(500);
    sockets[1].open();
    assert.deepEqual(sockets[1].sent, [{ type: "join", ...ENTRY, resume: "a token" }]);
    signalling.resume = null;
    sockets[1].end(1012);
    mock.timers.tick(2_000);
    sockets[2].open();
    assert.deepEqual(sockets[2].sent, [{ type: "join", ...ENTRY }]);
  });

  test("media that fails drops a connection which is open, and leaves one that is on its way alone", () => {
    const signalling = openJoined();
    signalling.restart();
    mock.timers.tick(500);
    assert.equal(sockets.length, 2);
    signalling.restart();
    mock.timers.tick(5_000);
    assert.equal(sockets.length, 2);
  });

  test("what an old socket still says is not heard", () => {
    openJoined();
    const late = sockets[0].onmessage;
    sockets[0].end(1006);
    assert.equal(sockets[0].onmessage, null);
    assert.notEqual(late, null);
  });
});
