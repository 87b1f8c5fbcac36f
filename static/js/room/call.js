/** @file One stay in a meeting: socket, state and the two media connections held together. Knows no page. */

import { Publisher, Subscriber } from "./peer.js";
import { Signalling } from "./signalling.js";
import { EMPTY, reduce } from "./state.js";

/** @typedef {import("./protocol.js").ServerMessage} ServerMessage */
/** @typedef {import("./protocol.js").Switch} Switch */
/** @typedef {import("./state.js").State} State */
/** @typedef {import("./peer.js").RemoteTrack} RemoteTrack */
/** @typedef {import("./media.js").LocalMedia} LocalMedia */

/**
 * @typedef {object} CallOptions
 * @property {string} url of the socket
 * @property {RTCIceServer[]} iceServers
 * @property {LocalMedia} media
 * @property {(state: State, before: State, message: ServerMessage) => void} onState
 * @property {(tracks: RemoteTrack[]) => void} onTracks
 * @property {() => void} onJoined before the state is shown; again after each break
 * @property {(message: import("./protocol.js").CaptionMessage) => void} onCaption
 * @property {(source: Switch) => void} onSilenced an organiser has turned it off, and it is off
 * @property {() => void} onLost
 * @property {(code: string, verb: string) => void} onRefused
 * @property {(code: number) => void} onEnded
 */

const SNAPSHOT_AGAIN_MS = 2_000;
const SOURCES = /** @type {const} */ (["microphone", "camera", "screen", "sound"]);

export class Call {
  state = EMPTY;
  #options;
  #signalling;
  /** @type {Publisher | null} */
  #publisher = null;
  /** @type {Subscriber | null} */
  #subscriber = null;
  /** @type {PromiseWithResolvers<string> | null} the answer to the offer that was made */
  #published = null;
  /** @type {import("./protocol.js").ClientMessage | null} the offer that has no answer yet */
  #offered = null;
  #simulcast = false; // what the publisher was made for
  #hasJoined = false;
  #hasSaidMedia = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #snapshotAsked;

  /** @param {CallOptions} options */
  constructor(options) {
    this.#options = options;
    this.#signalling = new Signalling({
      url: options.url,
      onMessage: (message) => this.#received(message),
      onLost: options.onLost,
      onEnded: (code) => this.#ended(code),
    });
  }

  /** Open the socket ahead of `start`. */
  prepare() {
    this.#signalling.prepare();
  }

  /** @param {import("./protocol.js").Entry} entry */
  start(entry) {
    this.#options.media.addEventListener("change", this.#mediaChanged);
    this.#signalling.start(entry); // the server lets us in while the media connections are made
    this.#openMedia();
  }

  leave() {
    this.#signalling.leave();
  }

  /** The network is back: do not wait. */
  retryNow() {
    this.#signalling.retryNow();
  }

  /**
   * False when there is no connection.
   *
   * @param {import("./protocol.js").ClientMessage} message
   */
  say(message) {
    return this.#isIn() && this.#signalling.send(message);
  }

  /**
   * @param {import("./protocol.js").Choice} choice
   * @param {import("./protocol.js").AnswerDetails} details
   */
  answerConsent(choice, details) {
    const recording = this.state.recording?.id;
    return recording !== undefined && this.say({ type: "consent", recording, choice, ...details });
  }

  /** @param {string} mid */
  receiverOf(mid) {
    return this.#subscriber?.receiverOf(mid) ?? null;
  }

  /** @returns {Promise<Map<string, number>>} what each m-line has brought, by mid */
  async progress() {
    return this.#subscriber?.progress() ?? new Map();
  }

  /** @returns {Promise<import("./quality.js").Sample | null>} how our own connections are; null before there are any */
  async quality() {
    const [sent, got] = await Promise.all([this.#publisher?.quality(), this.#subscriber?.quality()]);
    if (!sent || !got || (sent.open ?? got.open) === null) return null;
    const open = (sent.open ?? true) && (got.open ?? true);
    return { open, sentLoss: sent.sentLoss, roundTrip: sent.roundTrip, received: got.received, lost: got.lost };
  }

  /** Not before we have joined, nor while we have to be let in again. */
  #isIn() {
    return this.#hasJoined && this.state.lobby === null;
  }

  /** All is built again. */
  #startAgain() {
    this.#signalling.resume = null;
    this.#signalling.restart();
  }

  #openMedia() {
    const ends = { onDoubt: () => void this.#signalling.probe(), onFailed: () => this.#startAgain() };
    const { iceServers } = this.#options;
    this.#publisher = new Publisher({
      iceServers,
      simulcast: this.#simulcast,
      publish: (sdp, sources) => this.#publish(sdp, sources),
      ...ends,
    });
    this.#subscriber = new Subscriber({
      iceServers,
      answer: (offer, sdp) => this.#signalling.send({ type: "answer", offer, sdp }),
      onTracks: this.#options.onTracks,
      ...ends,
    });
    this.#adapt();
    this.#sendTracks();
  }

  #closeMedia() {
    this.#publisher?.close();
    this.#subscriber?.close();
    this.#published?.reject(new Error("connection closed"));
    this.#publisher = this.#subscriber = this.#published = this.#offered = null;
  }

  #sendTracks() {
    for (const source of SOURCES) void this.#publisher?.setTrack(source, this.#options.media.tracks[source]);
  }

  #mediaChanged = () => {
    this.#sendTracks();
    this.#sendMedia();
  };

  #sendMedia() {
    this.#hasSaidMedia = this.say({ type: "media", ...this.#options.media.sending });
  }

  /**
   * @param {string} sdp
   * @param {import("./protocol.js").Sources} sources
   * @returns {Promise<string>} the SDP answer
   */
  #publish(sdp, sources) {
    this.#published = Promise.withResolvers();
    this.#offered = { type: "publish", sdp, sources };
    if (this.#hasJoined) this.#signalling.send(this.#offered);
    return this.#published.promise;
  }

  /** @param {ServerMessage} message */
  #received(message) {
    const before = this.state;
    this.state = reduce(before, message);
    this.#act(message);
    if (this.state.stale) this.#askSnapshot();
    if (this.state !== before) this.#options.onState(this.state, before, message);
    if (this.state.participants.length !== before.participants.length) this.#adapt();
  }

  /** @param {ServerMessage} message */
  #act(message) {
    if (message.type === "joined") this.#enter(message);
    else if (message.type === "published") this.#gotAnswer(message.sdp);
    else if (message.type === "offer") this.#subscriber?.receive(message);
    else if (message.type === "snapshot") this.#gotSnapshot();
    else if (message.type === "waiting") this.#turnedBack();
    else if (message.type === "silenced") this.#silenced(message.source);
    else if (message.type === "error") this.#refused(message);
    else if (isCaption(message)) this.#options.onCaption(message);
  }

  /**
   * The first time the offer is ready and goes out before anything is drawn; after a break all is built again, unless
   * the server has kept its side, and where the gateway takes pictures in several sizes.
   *
   * @param {import("./protocol.js").Joined} joined
   */
  #enter({ simulcast, resume, resumed }) {
    this.#hasSaidMedia = false;
    this.#signalling.resume = resume;
    if ((this.#hasJoined && !resumed) || simulcast !== this.#simulcast) {
      this.#simulcast = simulcast;
      this.#closeMedia();
      this.#openMedia();
    }
    this.#hasJoined = true;
    if (this.#offered) this.#signalling.send(this.#offered);
    else this.#sendMedia();
    this.#options.onJoined();
  }

  /** Who was in and comes back may have to be let in again: what was open is of no use. */
  #turnedBack() {
    if (this.#hasJoined) this.#closeMedia();
  }

  /** The server does one thing at a time: labels wait until sound and pictures are on their way. @param {string} sdp */
  #gotAnswer(sdp) {
    this.#offered = null;
    this.#published?.resolve(sdp);
    if (!this.#hasSaidMedia) this.#sendMedia();
  }

  /** @param {import("./protocol.js").Refusal} refusal */
  #refused({ code, verb }) {
    if (code === "media-unavailable") return this.#startAgain();
    if (code === "microphone-held") void this.#options.media.turn("microphone", false);
    if (verb === "publish") this.#refuseOffer(code);
    this.#options.onRefused(code, verb);
  }

  /** @param {string} code */
  #refuseOffer(code) {
    this.#offered = null;
    this.#published?.reject(new Error(code));
  }

  /** @param {Switch} source */
  #silenced(source) {
    void this.#options.media.turn(source, false);
    this.#options.onSilenced(source);
  }

  #askSnapshot() {
    if (this.#snapshotAsked !== undefined) return;
    this.#signalling.send({ type: "snapshot" });
    this.#snapshotAsked = setTimeout(() => {
      this.#snapshotAsked = undefined;
      if (this.state.stale) this.#askSnapshot(); // the answer is one more message that can be lost
    }, SNAPSHOT_AGAIN_MS);
  }

  #gotSnapshot() {
    clearTimeout(this.#snapshotAsked);
    this.#snapshotAsked = undefined;
  }

  #adapt() {
    void this.#publisher?.adaptTo(this.state.participants.length);
  }

  /** @param {number} code */
  #ended(code) {
    clearTimeout(this.#snapshotAsked);
    this.#options.media.removeEventListener("change", this.#mediaChanged);
    this.#closeMedia();
    this.#options.onEnded(code);
  }
}

/**
 * @param {ServerMessage} message
 * @returns {message is import("./protocol.js").CaptionMessage}
 */
function isCaption(message) {
  return message.type === "caption" || message.type === "captions" || message.type === "captions-state";
}
