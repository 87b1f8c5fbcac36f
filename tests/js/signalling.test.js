import assert from "node:assert/strict";
import { describe, mock, test } from "node:test";

import { retryDelayMs } from "../../static/js/room/signalling.js";
import { ended, ENTRY, heard, JOINED, lost, makeSignalling, openJoined, openPrepared, openSignalling, sockets } from "./fakesocket.js";

describe("joining", () => {
  test("join is the first thing said, with the declared name", () => {
    openSignalling();
    sockets[0].open();
    assert.deepEqual(sockets[0].sent, [{ type: "join", name: "Une invitée", shared_microphone: false }]);
  });

  test("nothing is sent while there is no connection", () => {
    const signalling = openSignalling();
    assert.equal(signalling.send({ type: "snapshot" }), false);
    sockets[0].open();
    assert.equal(signalling.send({ type: "snapshot" }), true);
    assert.deepEqual(sockets[0].types(), ["join", "snapshot"]);
  });
});

describe("waiting to be let in", () => {
  const WAITING = { type: "waiting", text: "" };

  test("join is said again every 20 s, and at once when admitted, and no more after", () => {
    openSignalling();
    const [socket] = sockets;
    const joins = () => socket.types().filter((type) => type === "join").length;
    const tickHearing = (times) => {
      for (let index = 0; index < times; index += 1) {
        mock.timers.tick(20_000);
        socket.say(WAITING);
      }
    };
    socket.open();
    socket.say(WAITING);
    tickHearing(3);
    assert.equal(joins(), 4);
    socket.say({ type: "admitted" });
    assert.equal(joins(), 5);
    socket.say(JOINED);
    mock.timers.tick(25_000);
    assert.equal(joins(), 5);
  });

  test("who is refused does not come back", () => {
    openSignalling();
    sockets[0].open();
    sockets[0].say(WAITING);
    sockets[0].end(4403);
    mock.timers.tick(60_000);
    assert.deepEqual(ended, [4403]);
    assert.equal(sockets.length, 1);
  });

  test("when the connection is lost, waiting goes on with another", () => {
    openSignalling();
    sockets[0].open();
    sockets[0].say(WAITING);
    sockets[0].end(1006);
    mock.timers.tick(500);
    sockets[1].open();
    assert.deepEqual(sockets[1].types(), ["join"]);
    assert.deepEqual(ended, []);
  });
});

describe("before joining", () => {
  test("the socket opens and is kept, and says nothing but pings", () => {
    openPrepared();
    for (let second = 0; second < 60; second += 10) {
      mock.timers.tick(10_000);
      sockets[0].say({ type: "pong" });
    }
    assert.equal(sockets.length, 1);
    assert.deepEqual(new Set(sockets[0].types()), new Set(["ping"]));
  });

  test("joining goes over the socket that is open", () => {
    const signalling = openPrepared();
    signalling.start(ENTRY);
    assert.equal(sockets.length, 1);
    assert.deepEqual(sockets[0].sent, [{ type: "join", ...ENTRY }]);
  });

  test("joining while the socket opens says so once it is open, and once only", () => {
    const signalling = makeSignalling();
    signalling.prepare();
    signalling.start(ENTRY);
    sockets[0].open();
    assert.equal(sockets.length, 1);
    assert.deepEqual(sockets[0].types(), ["join"]);
  });

  test("a socket that is lost is opened again, with the same delays and without a word", () => {
    openPrepared();
    for (const [attempt, wait] of [0, 1, 2].map((one) => retryDelayMs(one, () => 1)).entries()) {
      sockets[attempt].end(1006);
      mock.timers.tick(wait - 1);
      assert.equal(sockets.length, attempt + 1);
      mock.timers.tick(1);
      assert.equal(sockets.length, attempt + 2);
    }
    assert.equal(lost.times, 0);
    assert.deepEqual(ended, []);
  });

  test("after a socket that lasted, the delays begin again", () => {
    openPrepared();
    sockets[0].end(1006);
    mock.timers.tick(500);
    sockets[1].open();
    mock.timers.tick(10_000);
    sockets[1].end(1006);
    mock.timers.tick(500);
    assert.equal(sockets.length, 3);
  });

  test("joining does not wait for the rest of the delay", () => {
    const signalling = openPrepared();
    sockets[0].end(1006);
    signalling.start(ENTRY);
    assert.equal(sockets.length, 2);
    sockets[1].open();
    assert.deepEqual(sockets[1].types(), ["join"]);
    mock.timers.tick(5_000);
    assert.equal(sockets.length, 2);
  });

  for (const code of [1000, 4400, 4409]) {
    test(`a socket that is closed with ${code} is opened by joining, and nothing is said`, () => {
      const signalling = openPrepared();
      sockets[0].end(code);
      mock.timers.tick(60_000);
      assert.equal(sockets.length, 1);
      assert.deepEqual(ended, []);
      signalling.start(ENTRY);
      sockets[1].open();
      assert.deepEqual(sockets[1].types(), ["join"]);
    });
  }

  test("a room that does not exist is said at once", () => {
    openPrepared();
    sockets[0].end(4404);
    mock.timers.tick(60_000);
    assert.equal(sockets.length, 1);
    assert.deepEqual(ended, [4404]);
  });

  test("a socket that is lost after joining is said to be", () => {
    const signalling = openPrepared();
    signalling.start(ENTRY);
    sockets[0].end(1006);
    assert.equal(lost.times, 1);
  });
});

describe("staying", () => {
  test("a ping goes out more often than every ten seconds, and its answer is nobody's business", () => {
    openJoined();
    mock.timers.tick(10_000);
    assert.equal(sockets[0].types().filter((type) => type === "ping").length, 1);
    sockets[0].say({ type: "pong" });
    assert.deepEqual(heard, ["joined"]);
  });

  test("a server that is silent for thirty seconds is given up, and joined again", () => {
    openJoined();
    mock.timers.tick(29_999);
    assert.equal(sockets.length, 1);
    mock.timers.tick(1);
    assert.equal(lost.times, 1);
    assert.notEqual(sockets[0].closedWith, null);
    mock.timers.tick(500);
    sockets[1].open();
    assert.deepEqual(sockets[1].types(), ["join"]);
  });

  test("a server that answers pings is not given up", () => {
    openJoined();
    for (let second = 0; second < 120; second += 10) {
      mock.timers.tick(10_000);
      sockets[0].say({ type: "pong" });
    }
    assert.equal(sockets.length, 1);
  });
});

test("leaving says so, ends, and never comes back", () => {
  const signalling = openJoined();
  signalling.leave();
  assert.equal(sockets[0].types().at(-1), "leave");
  assert.deepEqual(ended, [1000]);
  assert.equal(sockets[0].closedWith, 1000);
  mock.timers.tick(60_000);
  assert.equal(sockets.length, 1);
});
