/** @file The two media connections: one that sends, one that receives. Knows no page and no socket. */

/** @typedef {import("./protocol.js").Source} Source */
/** @typedef {import("./protocol.js").Sources} Sources */
/** @typedef {import("./protocol.js").Offer} Offer */

/**
 * @typedef {object} RemoteTrack
 * @property {string} mid
 * @property {string} participant
 * @property {Source} source
 * @property {MediaStreamTrack} track
 */

const DISCONNECTED_MS = 6_000; // a change of network heals within that, or not at all
const AUDIO_BPS = 40_000;
const SOUND_BPS = 96_000; // a film's, in stereo
const SCREEN_BPS = 2_000_000;
const CAMERA_FPS = 30;
const SCREEN_FPS = 15;

/** Below so many people, so many bits per second for each camera: what everybody receives stays bounded. */
const CAMERA_BPS = [
  { upTo: 4, bps: 600_000 },
  { upTo: 8, bps: 350_000 },
  { upTo: Infinity, bps: 200_000 },
];

/**
 * A camera of 640 × 360 in three sizes, where the gateway chooses one for each who looks: no need to send less when
 * many do.
 *
 * @type {RTCRtpEncodingParameters[]}
 */
const CAMERA_LAYERS = [
  { rid: "h", maxBitrate: 600_000, maxFramerate: CAMERA_FPS },
  { rid: "m", maxBitrate: 200_000, maxFramerate: CAMERA_FPS, scaleResolutionDownBy: 2 },
  { rid: "l", maxBitrate: 80_000, maxFramerate: CAMERA_FPS, scaleResolutionDownBy: 4 },
];

/**
 * No candidate is sent: the gateway's are in its answer, and it learns ours from our checks, through a relay too.
 *
 * @param {object} options
 * @param {RTCIceServer[]} options.iceServers
 * @param {() => void} options.onDoubt nothing gets through for the moment
 * @param {() => void} options.onFailed
 * @returns {RTCPeerConnection}
 */
function openConnection({ iceServers, onDoubt, onFailed }) {
  const connection = new RTCPeerConnection({ iceServers, bundlePolicy: "max-bundle" });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  const failIf = (/** @type {RTCPeerConnectionState} */ state) => connection.connectionState === state && onFailed();
  connection.onconnectionstatechange = () => {
    clearTimeout(waiting);
    failIf("failed");
    if (connection.connectionState !== "disconnected") return;
    onDoubt();
    waiting = setTimeout(failIf, DISCONNECTED_MS, "disconnected");
  };
  return connection;
}

/** @param {RTCPeerConnection} connection */
function closeConnection(connection) {
  connection.onconnectionstatechange = null;
  connection.close();
}

/** Null while it is made for the first time. @param {RTCPeerConnection} connection */
function isOpen({ connectionState }) {
  return connectionState === "new" || connectionState === "connecting" ? null : connectionState === "connected";
}

/** @param {number} people */
export function cameraBps(people) {
  return CAMERA_BPS.find(({ upTo }) => people <= upTo)?.bps ?? 0;
}

export class Publisher {
  #connection;
  #simulcast;
  #publish;
  #onFailed;
  /** @type {Map<Source, RTCRtpTransceiver>} */
  #transceivers = new Map();
  #people = 1;
  #wanted = false;
  #negotiating = false;
  #closed = false;

  /**
   * @param {object} options
   * @param {RTCIceServer[]} options.iceServers
   * @param {boolean} options.simulcast whether the gateway takes a camera in several sizes
   * @param {(sdp: string, sources: Sources) => Promise<string>} options.publish gives the answer; rejects when refused
   * @param {() => void} options.onDoubt
   * @param {() => void} options.onFailed
   */
  constructor({ iceServers, simulcast, publish, onDoubt, onFailed }) {
    this.#simulcast = simulcast;
    this.#publish = publish;
    this.#onFailed = onFailed;
    this.#connection = openConnection({ iceServers, onDoubt, onFailed });
  }

  /**
   * What a source sends from now on. Null silences it and keeps its m-line: the next track needs no negotiation.
   *
   * @param {Source} source
   * @param {MediaStreamTrack | null} track
   */
  async setTrack(source, track) {
    const transceiver = this.#transceivers.get(source);
    if (transceiver) await transceiver.sender.replaceTrack(track);
    else if (track) this.#add(source, track);
  }

  /** Send smaller pictures when many look at them. @param {number} people */
  async adaptTo(people) {
    const before = cameraBps(this.#people);
    this.#people = people;
    const camera = this.#transceivers.get("camera");
    if (!camera || this.#simulcast || cameraBps(people) === before) return;
    const parameters = camera.sender.getParameters();
    for (const encoding of parameters.encodings) encoding.maxBitrate = cameraBps(people);
    if (!this.#closed) await camera.sender.setParameters(parameters);
  }

  /** How well the gateway gets what we send; `open` is null before anything is sent. */
  async quality() {
    const sample = { open: isOpen(this.#connection), sentLoss: 0, roundTrip: 0 };
    for (const report of (await this.#connection.getStats()).values()) {
      if (report.type !== "remote-inbound-rtp" || report.kind !== "audio") continue;
      sample.sentLoss = report.fractionLost ?? 0;
      sample.roundTrip = report.roundTripTime ?? 0;
    }
    return sample;
  }

  close() {
    this.#closed = true;
    closeConnection(this.#connection);
  }

  /**
   * @param {Source} source
   * @param {MediaStreamTrack} track
   */
  #add(source, track) {
    const transceiver = this.#connection.addTransceiver(track, {
      direction: "sendonly",
      streams: [new MediaStream([track])],
      sendEncodings: this.#encodingsOf(source),
    });
    preferCodec(transceiver, track.kind === "audio" ? "audio/opus" : "video/VP8");
    this.#transceivers.set(source, transceiver);
    this.#negotiate();
  }

  /** @param {Source} source @returns {RTCRtpEncodingParameters[]} */
  #encodingsOf(source) {
    if (source === "microphone") return [{ maxBitrate: AUDIO_BPS, networkPriority: "high" }];
    if (source === "sound") return [{ maxBitrate: SOUND_BPS }];
    if (source === "screen") return [{ maxBitrate: SCREEN_BPS, maxFramerate: SCREEN_FPS }];
    if (this.#simulcast) return CAMERA_LAYERS.map((layer) => ({ ...layer }));
    return [{ maxBitrate: cameraBps(this.#people), maxFramerate: CAMERA_FPS }];
  }

  #negotiate() {
    this.#wanted = true;
    if (!this.#negotiating) this.#negotiateWhileWanted().catch(() => this.#closed || this.#onFailed());
  }

  /** One negotiation at a time; what changes meanwhile asks for one more. */
  async #negotiateWhileWanted() {
    this.#negotiating = true;
    await null; // tracks that are added together go into one offer
    while (this.#wanted && !this.#closed) {
      this.#wanted = false;
      await this.#negotiateOnce();
    }
    this.#negotiating = false;
  }

  async #negotiateOnce() {
    await this.#connection.setLocalDescription();
    const offer = this.#connection.localDescription?.sdp ?? "";
    const answer = await this.#publish(offer, this.#sources()).catch(() => null); // who asked is told why
    if (this.#closed) return;
    if (answer === null) return this.#connection.setLocalDescription({ type: "rollback" });
    await this.#connection.setRemoteDescription({ type: "answer", sdp: answer });
    await this.#preferSharpness();
  }

  #sources() {
    /** @type {Sources} */
    const sources = {};
    for (const [source, { mid }] of this.#transceivers) if (mid !== null) sources[mid] = source;
    return sources;
  }

  /** When the network is slow, a screen loses frames before detail. */
  async #preferSharpness() {
    const sender = this.#transceivers.get("screen")?.sender;
    if (!sender || this.#closed) return;
    await sender.setParameters({ ...sender.getParameters(), degradationPreference: "maintain-resolution" });
  }
}

/**
 * The rooms speak Opus and VP8 only, without rtx: short packets of it make the gateway write outside of its memory.
 * Offering less makes the description ten times smaller, too.
 *
 * @param {RTCRtpTransceiver} transceiver
 * @param {string} wanted
 */
function preferCodec(transceiver, wanted) {
  const kind = wanted.startsWith("audio/") ? "audio" : "video";
  const known = RTCRtpReceiver.getCapabilities(kind)?.codecs ?? [];
  const kept = known.filter(({ mimeType }) => mimeType === wanted);
  if (kept.length > 0 && "setCodecPreferences" in transceiver) transceiver.setCodecPreferences(kept);
}

/**
 * Asked of each receiver: not every browser names the m-line in the statistics of a connection.
 *
 * @param {RTCRtpReceiver} receiver
 * @returns {Promise<number>}
 */
async function countOf(receiver) {
  for (const report of (await receiver.getStats()).values()) {
    if (report.type !== "inbound-rtp") continue;
    return (report.kind === "video" ? report.framesDecoded : report.packetsReceived) ?? 0;
  }
  return 0;
}

export class Subscriber {
  #connection;
  #answer;
  #onTracks;
  #onFailed;
  /** @type {Offer | null} */
  #newest = null;
  #answering = false;
  #closed = false;

  /**
   * @param {object} options
   * @param {RTCIceServer[]} options.iceServers
   * @param {(offer: number, sdp: string) => void} options.answer
   * @param {(tracks: RemoteTrack[]) => void} options.onTracks all that is received, whenever it changes
   * @param {() => void} options.onDoubt
   * @param {() => void} options.onFailed
   */
  constructor({ iceServers, answer, onTracks, onDoubt, onFailed }) {
    this.#answer = answer;
    this.#onTracks = onTracks;
    this.#onFailed = onFailed;
    this.#connection = openConnection({ iceServers, onDoubt, onFailed });
  }

  /** @param {Offer} offer */
  receive(offer) {
    this.#newest = offer;
    if (!this.#answering) this.#answerNewest().catch(() => this.#closed || this.#onFailed());
  }

  /** The receiver of an m-line. @param {string} mid */
  receiverOf(mid) {
    return this.#connection.getTransceivers().find((one) => one.mid === mid)?.receiver ?? null;
  }

  /** How the sound of the others comes; `open` is null before any does. */
  async quality() {
    const sample = { open: isOpen(this.#connection), received: 0, lost: 0 };
    for (const report of (await this.#connection.getStats()).values()) {
      if (report.type !== "inbound-rtp" || report.kind !== "audio") continue;
      sample.received += report.packetsReceived ?? 0;
      sample.lost += report.packetsLost ?? 0;
    }
    return sample;
  }

  /**
   * How much each m-line has brought so far: decoded frames of pictures, packets of sound.
   *
   * @returns {Promise<Map<string, number>>} by mid
   */
  async progress() {
    const lines = this.#closed ? [] : this.#connection.getTransceivers();
    const counts = lines.map(async ({ mid, receiver }) => /** @type {const} */ ([mid ?? "", await countOf(receiver)]));
    return new Map(await Promise.all(counts));
  }

  close() {
    this.#closed = true;
    closeConnection(this.#connection);
  }

  async #answerNewest() {
    this.#answering = true;
    while (this.#newest && !this.#closed) {
      const offer = this.#newest;
      this.#newest = null;
      await this.#answerOffer(offer);
    }
    this.#answering = false;
  }

  /** @param {Offer} offer */
  async #answerOffer({ offer, sdp, tracks }) {
    await this.#connection.setRemoteDescription({ type: "offer", sdp });
    await this.#connection.setLocalDescription();
    this.#answer(offer, this.#connection.localDescription?.sdp ?? "");
    this.#onTracks(this.#received(tracks));
  }

  /**
   * @param {Offer["tracks"]} tracks
   * @returns {RemoteTrack[]}
   */
  #received(tracks) {
    return this.#connection.getTransceivers().flatMap(({ mid, receiver }) => {
      const origin = mid === null ? undefined : tracks[mid];
      return mid === null || !origin ? [] : [{ mid, ...origin, track: receiver.track }];
    });
  }
}
