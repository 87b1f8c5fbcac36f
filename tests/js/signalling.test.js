import assert from "node:assert/strict";
import { beforeEach, describe, mock, test } from "node:test";

import { retryDelayMs, Signalling } from "../../static/js/room/signalling.js";

class FakeSocket {
  /** @param {string} url */
  constructor(url) {
    this.url = url;
    this.readyState = 0;
    this.sent = [];
    this.closedWith = null;
    sockets.push(this);
  }

  send(frame) {
    this.sent.push(JSON.parse(frame));
  }

  close(code) {
    this.readyState = 3;
    this.closedWith = code;
  }

  open() {
    this.readyState = 1;
    this.onopen();
  }

  say(message) {
    this.onmessage({ data: JSON.stringify(message) });
  }

  end(code) {
    this.readyState = 3;
    this.onclose({ code });
  }

  types() {
    return this.sent.map(({ type }) => type);
  }
}

const SNAPSHOT = { number: 0, participants: [], recording: null };
const JOINED = { type: "joined", me: "bilal", permissions: [], snapshot: SNAPSHOT };
let sockets = [];
let heard = [];
let losses = 0;
let ended = [];

const ENTRY = { name: "Une invitée", shared_microphone: false };

function makeSignalling() {
  return new Signalling({
    url: "ws://visio/ws/rooms/abcd-efgh-ijkl/",
    onMessage: (message) => heard.push(message.type),
    onLost: () => (losses += 1),
    onEnded: (code) => ended.push(code),
    openSocket: (url) => new FakeSocket(url),
    random: () => 1,
  });
}

function openSignalling() {
  const signalling = makeSignalling();
  signalling.start(ENTRY);
  return signalling;
}

function openPrepared() {
  const signalling = makeSignalling();
  signalling.prepare();
  sockets[0].open();
  return signalling;
}

function openJoined() {
  const signalling = openSignalling();
  sockets[0].open();
  sockets[0].say(JOINED);
  return signalling;
}

beforeEach(() => {
  sockets = [];
  heard = [];
  losses = 0;
  ended = [];
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
});

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
    assert.equal(losses, 0);
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
    assert.equal(losses, 1);
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
    assert.equal(losses, 1);
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

  test("the delay grows from half a second to fifteen, half of it chance", () => {
    assert.equal(retryDelayMs(0, () => 1), 500);
    assert.equal(retryDelayMs(0, () => 0), 250);
    assert.ok(retryDelayMs(3, () => 1) > retryDelayMs(2, () => 1));
    assert.equal(retryDelayMs(50, () => 1), 15_000);
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

test("leaving says so, ends, and never comes back", () => {
  const signalling = openJoined();
  signalling.leave();
  assert.equal(sockets[0].types().at(-1), "leave");
  assert.deepEqual(ended, [1000]);
  assert.equal(sockets[0].closedWith, 1000);
  mock.timers.tick(60_000);
  assert.equal(sockets.length, 1);
});
