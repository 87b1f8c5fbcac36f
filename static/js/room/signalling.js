/** @file The socket of a room: open it ahead, join, wait at the door, ping, notice silence, come back. Knows no page. */

import { CLOSE_LEFT, CLOSE_MEDIA_LOST, CLOSE_NO_ROOM, CLOSE_TURNED_OUT, RETRIED_CODES } from "./protocol.js";

const PING_EVERY_MS = 8_000; // the server wants one every 10 s
const SILENCE_MS = 30_000;
const OPENING_MS = 15_000; // into a network that is gone, an attempt would wait much longer for nothing
const BRISK_OPENING_MS = 4_000; // after a break: systems call again after 1 and 3 s, then after 7 only
const PROBE_MS = 2_000; // the network has changed, or media have stopped: is the socket still one?
const FIRST_DELAY_MS = 500;
const COME_AGAIN_MS = 250; // at most: the server is there, and says so
const BRISK_DELAY_MS = 4_000;
const BRISK_ATTEMPTS = 20; // in the first minute of a break
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
  const last = attempt < BRISK_ATTEMPTS ? BRISK_DELAY_MS : LAST_DELAY_MS;
  const longest = Math.min(last, FIRST_DELAY_MS * GROWTH ** attempt);
  return longest * (0.5 + random() / 2);
}

export class Signalling {
  /** @type {string | null} what the next `join` says, so that the media connections that stand are kept */
  resume = null;
  #options;
  /** @type {Socket | null} */
  #socket = null;
  /** @type {Entry | null} null until the person joins: what happens to the socket is then nobody's business */
  #entry = null;
  #attempt = 0;
  #hasJoined = false;
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

  /** Give an open socket two seconds to answer. False when there is none. */
  probe() {
    const isOpen = this.send({ type: "ping" });
    if (isOpen) this.#listenForSilence(PROBE_MS);
    return isOpen;
  }

  /** Do not wait for the rest of a delay, nor for a socket of the network that was: another one is there. */
  retryNow() {
    if (this.probe() || this.#over || (this.#retry === undefined && this.#socket === null)) return;
    this.#drop();
    this.#attempt = 1; // the first into a network that settles often fails: the next one is near
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
    const isBrisk = this.#attempt > 0 && this.#attempt < BRISK_ATTEMPTS;
    this.#listenForSilence(isBrisk ? BRISK_OPENING_MS : OPENING_MS);
  }

  #join() {
    const resume = this.resume === null ? {} : { resume: this.resume };
    if (this.#entry) this.send({ type: "join", ...this.#entry, ...resume });
    else this.#becomeSteady();
  }

  #opened() {
    this.#listenForSilence();
    this.#join();
    this.#pinging = setInterval(() => this.send({ type: "ping" }), PING_EVERY_MS);
  }

  /** @param {string} frame */
  #received(frame) {
    this.#listenForSilence();
    const message = /** @type {ServerMessage} */ (JSON.parse(frame));
    if (message.type === "pong") return;
    if (message.type === "ping") return void this.send(message); // nothing comes from us: are we still there?
    if (message.type === "joined" || message.type === "waiting") this.#becomeSteady();
    if (message.type === "joined") this.#gotIn();
    if (message.type === "waiting") this.#askAgainLater();
    if (message.type === "admitted") this.#join();
    if (this.#hasJoined && isRemoval(message)) return this.#end(CLOSE_TURNED_OUT);
    this.#options.onMessage(message);
  }

  #gotIn() {
    this.#hasJoined = true;
    clearTimeout(this.#asking);
  }

  #askAgainLater() {
    clearTimeout(this.#asking);
    this.#asking = setTimeout(() => this.#join(), ASK_AGAIN_MS);
  }

  #becomeSteady() {
    clearTimeout(this.#steady);
    this.#steady = setTimeout(() => (this.#attempt = 0), STEADY_MS);
  }

  #listenForSilence(patience = SILENCE_MS) {
    clearTimeout(this.#silence);
    const waited = () => (this.#socket?.readyState === OPEN ? 0 : patience);
    this.#silence = setTimeout(() => this.#lost(this.#nextDelay(waited())), patience);
  }

  /** @param {number} code */
  #closed(code) {
    if (code === CLOSE_MEDIA_LOST && this.#attempt === 0) this.#lost(this.#options.random() * COME_AGAIN_MS);
    else if (RETRIED_CODES.has(code)) this.#lost();
    else if (this.#entry || code === CLOSE_NO_ROOM) this.#end(code);
    else this.#drop(); // joining opens another
  }

  #lost(delay = this.#nextDelay()) {
    this.#drop();
    if (this.#entry) this.#options.onLost();
    this.#retry = setTimeout(() => this.#connect(), delay);
    this.#attempt += 1;
  }

  /** @param {number} waited milliseconds, for the last socket to open: they count as a part of the delay */
  #nextDelay(waited = 0) {
    const { random } = this.#options;
    return Math.max(retryDelayMs(this.#attempt, random) - waited, retryDelayMs(0, random));
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

/**
 * What the close code would have told, had it not come while there was no connection.
 *
 * @param {ServerMessage} message
 */
function isRemoval(message) {
  return message.type === "error" && message.verb === "join" && message.code === "removed";
}
