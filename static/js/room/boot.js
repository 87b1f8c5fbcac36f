/** @file What the server wrote into the page. */

/**
 * @typedef {object} Boot
 * @property {string} socket path of the socket
 * @property {string} title of the meeting
 * @property {string} minutes address of minutes, with zeros for the recording
 * @property {boolean} agent
 * @property {RTCIceServer[]} ice_servers relays, for whom the door is open
 * @property {"fr" | "en"} lang
 */

const NO_RECORDING = "00000000-0000-0000-0000-000000000000";

/** @returns {Boot} */
export function readBoot() {
  return JSON.parse(document.getElementById("boot")?.textContent ?? "null");
}

/** @param {Boot} boot */
export function socketUrl({ socket }) {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  return `${scheme}//${location.host}${socket}`;
}

/**
 * Guests may not read minutes: null for them.
 *
 * @param {Boot} boot
 * @param {string | undefined} recording
 */
export function minutesUrl({ minutes, agent }, recording) {
  return agent && recording !== undefined ? minutes.replace(NO_RECORDING, recording) : null;
}
