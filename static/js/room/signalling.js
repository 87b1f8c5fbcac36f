/** @file The socket of a room: open it ahead, join, wait at the door, ping, notice silence, come back. Knows no page. */

import { CLOSE_LEFT, CLOSE_NO_ROOM, RETRIED_CODES } from "./protocol.js";

const PING_EVERY_MS = 8_000; // the server wants one every 10 s
const SILENCE_MS = 30_000;
const FIRST_DELAY_MS = 500;
const LAST_DELAY_MS = 15_000;
const GROWTH = 1.6;
const STEADY_MS = 10_000; // open or joined for that long: the next break starts again from the first delay
const ASK_AGAIN_MS = 20_000; // who waits says `join` again: being let in can have gone by unheard
const OPEN = 1; // WebSocket.OPEN

/** @typedef {import("./protocol.js").ServerMessage} ServerMessage */
/** @typedef {import("./protocol.js").ClientMessage} ClientMessage */
/** @typedef {import("./protocol.js").Entry} Entry */
/** @typedef {Pick<WebSocket, "send" | "close" | "readyState" | "onopen" | "onmessage" | "onclose">} Socket */

/**
 * @typedef {object} SignallingOptions
 * @property {string} url
 * @property {(message: ServerMessage) => void} onMessage
 * @property {() => void} onLost the connection broke after joining; the next one is on its way
 * @property {(code: number) => void} onEnded the connection is over for good, with its close code
 * @property {(url: string) => Socket} [openSocket]
 * @property {() => number} [random] in [0, 1)
 */

/**
 * How long to wait before attempt number `attempt`, the first being 0. Half of it is chance, so that
 * thousands of browsers do not come back together.
 *
 * @param {number} attempt
 * @param {() => number} random
 */
export function retryDelayMs(attempt, random = Math.random) {
  const longest = Math.min(LAST_DELAY_MS, FIRST_DELAY_MS * GROWTH ** attempt);
  return longest * (0.5 + random() / 2);
}

export class Signalling {
  #options;
  /** @type {Socket | null} */
  #socket = null;
  /** @type {Entry | null} null until the person joins: what happens to the socket is then nobody's business */
  #entry = null;
  #attempt = 0;
  #over = false;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #pinging;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #silence;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #steady;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retry;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #asking;

  /** @param {SignallingOptions} options */
  constructor(options) {
    this.#options = { openSocket: openWebSocket, random: Math.random, ...options };
  }

  /** Open the socket before the person joins, so that joining need not wait for it. */
  prepare() {
    this.#connect();
  }

  /** @param {Entry} entry what each `join` says */
  start(entry) {
    this.#entry = entry;
    if (this.#socket === null) this.#connect();
    else this.#join();
  }

  /**
   * False when there is no connection: after the next `joined` everything is said again anyway.
   *
   * @param {ClientMessage} message
   */
  send(message) {
    if (this.#socket?.readyState !== OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** Drop the connection and join again, as when the media is lost though the socket is not. */
  restart() {
    if (this.#socket?.readyState === OPEN) this.#lost(); // otherwise it is being done already
  }

  /** Do not wait for the rest of the delay: the network is back. */
  retryNow() {
    if (this.#retry === undefined) return;
    this.#connect();
  }

  leave() {
    this.send({ type: "leave" });
    this.#end(CLOSE_LEFT);
  }

  #connect() {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    const socket = this.#options.openSocket(this.#options.url);
    this.#socket = socket;
    socket.onopen = () => this.#opened();
    socket.onmessage = (event) => this.#received(event.data);
    socket.onclose = (event) => this.#closed(event.code);
    this.#listenForSilence();
  }

  #join() {
    if (this.#entry) this.send({ type: "join", ...this.#entry });
    else this.#becomeSteady();
  }

  #opened() {
    this.#join();
    this.#pinging = setInterval(() => this.send({ type: "ping" }), PING_EVERY_MS);
  }

  /** @param {string} frame */
  #received(frame) {
    this.#listenForSilence();
    const message = /** @type {ServerMessage} */ (JSON.parse(frame));
    if (message.type === "pong") return;
    if (message.type === "joined" || message.type === "waiting") this.#becomeSteady();
    if (message.type === "joined") clearTimeout(this.#asking);
    if (message.type === "waiting") this.#askAgainLater();
    if (message.type === "admitted") this.#join();
    this.#options.onMessage(message);
  }

  #askAgainLater() {
    clearTimeout(this.#asking);
    this.#asking = setTimeout(() => this.#join(), ASK_AGAIN_MS);
  }

  #becomeSteady() {
    clearTimeout(this.#steady);
    this.#steady = setTimeout(() => (this.#attempt = 0), STEADY_MS);
  }

  #listenForSilence() {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#lost(), SILENCE_MS);
  }

  /** @param {number} code */
  #closed(code) {
    if (RETRIED_CODES.has(code)) this.#lost();
    else if (this.#entry || code === CLOSE_NO_ROOM) this.#end(code);
    else this.#drop(); // joining opens another
  }

  #lost() {
    this.#drop();
    if (this.#entry) this.#options.onLost();
    this.#retry = setTimeout(() => this.#connect(), retryDelayMs(this.#attempt, this.#options.random));
    this.#attempt += 1;
  }

  /** @param {number} code */
  #end(code) {
    if (this.#over) return;
    this.#over = true;
    this.#drop();
    this.#options.onEnded(code);
  }

  /** Forget the socket at once: a dead network can hold its close event back for a long time. */
  #drop() {
    clearInterval(this.#pinging);
    for (const timer of [this.#silence, this.#steady, this.#retry, this.#asking]) clearTimeout(timer);
    this.#retry = undefined;
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(CLOSE_LEFT);
  }
}

/**
 * @param {string} url
 * @returns {Socket}
 */
function openWebSocket(url) {
  return new WebSocket(url);
}
