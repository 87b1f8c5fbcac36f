/** @file A browser's socket without a server, and a signalling that speaks over it; its clock stands still. */

import { beforeEach, mock } from "node:test";

import { Signalling } from "../../static/js/room/signalling.js";

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

export const SNAPSHOT = { number: 0, participants: [], recording: null };
export const JOINED = { type: "joined", me: "bilal", permissions: [], snapshot: SNAPSHOT };
/** @type {FakeSocket[]} */
export const sockets = [];
/** @type {string[]} types of messages */
export const heard = [];
/** @type {number[]} codes */
export const ended = [];
export const lost = { times: 0 };

export const ENTRY = { name: "Une invitée", shared_microphone: false };

export function makeSignalling() {
  return new Signalling({
    url: "ws://visio/ws/rooms/abcd-efgh-ijkl/",
    onMessage: (message) => heard.push(message.type),
    onLost: () => (lost.times += 1),
    onEnded: (code) => ended.push(code),
    openSocket: (url) => new FakeSocket(url),
    random: () => 1,
  });
}

export function openSignalling() {
  const signalling = makeSignalling();
  signalling.start(ENTRY);
  return signalling;
}

export function openPrepared() {
  const signalling = makeSignalling();
  signalling.prepare();
  sockets[0].open();
  return signalling;
}

export function openJoined() {
  const signalling = openSignalling();
  sockets[0].open();
  sockets[0].say(JOINED);
  return signalling;
}

beforeEach(() => {
  sockets.length = heard.length = ended.length = lost.times = 0;
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
});
