/** @file Does what a meeting needs get through from here: its socket, UDP, and the relays? Knows no page. */

/** @typedef {"websocket" | "udp" | "relay"} CheckName */

/**
 * @typedef {object} Check
 * @property {CheckName} name
 * @property {string} code "ok", "not-offered", or why not
 * @property {number} ms until the answer, or until we gave up
 * @property {string} [via] transport and port of the relay that was asked
 */

/** @typedef {"good" | "detour" | "no-media" | "no-socket" | "untried"} Verdict */
/** @typedef {import("./platform.js").Platform} Platform */

const WAIT_MS = 6_000;
const TRANSPORTS = /^(turns?):[^?]*?(?::(\d+))?(?:\?transport=(udp|tcp))?$/u;

/**
 * How a relay is reached, as in "udp:3478" or "tls:443". Its name stays out: it is the same for everybody.
 *
 * @param {string} url
 */
export function viaOf(url) {
  const [, scheme, port, transport] = TRANSPORTS.exec(url) ?? [];
  if (scheme === "turns") return `tls:${port ?? 5349}`;
  return `${transport ?? "udp"}:${port ?? 3478}`;
}

/**
 * All at once; never rejects.
 *
 * @param {string} socketUrl
 * @param {RTCIceServer[]} iceServers
 * @returns {Promise<Check[]>}
 */
export async function checkConnection(socketUrl, iceServers) {
  const relays = iceServers.flatMap((server) => [server.urls].flat().map((urls) => ({ ...server, urls })));
  const [socket, ...answers] = await Promise.all([checkSocket(socketUrl), ...relays.map(checkRelay)]);
  const overUdp = answers.filter(({ name }) => name === "udp");
  const others = answers.filter(({ name }) => name === "relay");
  return [socket, ...(overUdp.length ? overUdp : [notOffered("udp")]), ...(others.length ? others : [notOffered("relay")])];
}

/** @param {CheckName} name @returns {Check} */
function notOffered(name) {
  return { name, code: "not-offered", ms: 0 };
}

/** @param {Check[]} checks @returns {Verdict} */
export function verdictOf(checks) {
  const of = (/** @type {CheckName} */ name) => checks.filter((check) => check.name === name).map(({ code }) => code);
  if (!of("websocket").includes("ok")) return "no-socket";
  if (of("udp").includes("ok")) return "good";
  if (of("relay").includes("ok")) return "detour";
  return [...of("udp"), ...of("relay")].every((code) => code === "not-offered") ? "untried" : "no-media";
}

/**
 * What the support reads: codes and durations. No name, no address, no meeting.
 *
 * @param {object} facts
 * @param {Date} facts.at
 * @param {Platform} facts.platform
 * @param {Check[]} facts.checks
 * @param {import("./devices.js").Problems} facts.problems
 */
export function reportOf({ at, platform, checks, problems }) {
  const devices = `microphone=${problems.microphone ?? "ok"} camera=${problems.camera ?? "ok"}`;
  return [
    `visio-check 1 ${at.toISOString().slice(0, 19)}Z ${verdictOf(checks)}`,
    `${platform.browser} ${platform.version || "?"} ${platform.system} ${devices}`,
    ...checks.map(({ name, code, ms, via }) => [name, via, code, `${Math.round(ms)}ms`].filter(Boolean).join(" ")),
  ].join("\n");
}

/** A second socket, which joins nothing: open, ask, be answered. @param {string} url @returns {Promise<Check>} */
function checkSocket(url) {
  return timed("websocket", (done) => {
    const socket = new WebSocket(url);
    socket.onopen = () => socket.send(JSON.stringify({ type: "ping" }));
    socket.onmessage = () => done("ok");
    socket.onclose = ({ code }) => done(`closed-${code}`);
    return () => {
      socket.onclose = null;
      socket.close();
    };
  });
}

/** Ask for an allocation, as the meeting would. @param {RTCIceServer} server of one URL @returns {Promise<Check>} */
async function checkRelay(server) {
  const via = viaOf(String(server.urls));
  const check = await timed(via.startsWith("udp") ? "udp" : "relay", (done) => {
    const connection = new RTCPeerConnection({ iceServers: [server], iceTransportPolicy: "relay" });
    let error = "no-candidate";
    connection.onicecandidateerror = ({ errorCode }) => (error = `ice-${errorCode}`);
    connection.onicecandidate = ({ candidate }) => {
      if (candidate?.type === "relay") done("ok");
      else if (candidate === null) done(error);
    };
    connection.createDataChannel("check");
    connection.setLocalDescription().catch(() => done("refused"));
    return () => connection.close();
  });
  return { ...check, via };
}

/**
 * @param {CheckName} name
 * @param {(done: (code: string) => void) => () => void} begin gives what ends it
 * @returns {Promise<Check>}
 */
async function timed(name, begin) {
  const start = performance.now();
  const { promise, resolve } = /** @type {PromiseWithResolvers<string>} */ (Promise.withResolvers());
  const timer = setTimeout(resolve, WAIT_MS, "timeout");
  let end = () => {};
  try {
    end = begin(resolve);
  } catch {
    resolve("refused"); // by the browser itself: its administrator, its content policy
  }
  const code = await promise;
  clearTimeout(timer);
  end();
  return { name, code, ms: performance.now() - start };
}
