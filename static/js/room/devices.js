/** @file Cameras, microphones and speakers: what there is, opening them, and what was chosen last time. */

/** @typedef {"denied" | "denied-by-system" | "missing" | "busy" | "insecure" | "failed"} Problem */
/** @typedef {"microphone" | "camera" | "speaker"} Kind */

/**
 * @typedef {object} Choices
 * @property {string} microphone device id, empty: the system's own
 * @property {string} camera
 * @property {string} speaker
 * @property {boolean} cleaning echo, noise and gain are treated by the browser
 */

/** @typedef {{microphone: MediaStreamTrack | null, camera: MediaStreamTrack | null}} Opened */
/** @typedef {{microphone: Problem | null, camera: Problem | null}} Problems */

const STORED_AS = "visio-devices";
/** Voices of the meeting stay out of the sound: others would hear themselves. */
const SCREEN = {
  video: { frameRate: { max: 15 } },
  audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false, suppressLocalAudioPlayback: false },
  systemAudio: "include",
  windowAudio: "window",
  selfBrowserSurface: "exclude",
};

/** @type {Choices} */
const DEFAULTS = { microphone: "", camera: "", speaker: "", cleaning: true };

/** @type {Record<string, Problem>} */
const PROBLEMS = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
};

/** Chromium's words; elsewhere the system's refusal looks like the browser's. */
const BY_SYSTEM = /\bby system\b/iu;

/** @returns {Choices} */
export function recallChoices() {
  try {
    return { ...DEFAULTS, ...JSON.parse(localStorage.getItem(STORED_AS) ?? "{}") };
  } catch {
    return { ...DEFAULTS }; // storage may be closed to us
  }
}

/** @param {Choices} choices */
export function rememberChoices(choices) {
  try {
    localStorage.setItem(STORED_AS, JSON.stringify(choices));
  } catch {
    // a private window may refuse: the choice then lasts as long as the page
  }
}

/** @param {Choices} choices */
function microphoneConstraints({ microphone, cleaning }) {
  return {
    ...wanted(microphone),
    channelCount: 1,
    echoCancellation: cleaning,
    noiseSuppression: cleaning,
    autoGainControl: cleaning,
  };
}

/** @param {Choices} choices */
function cameraConstraints({ camera }) {
  const size = { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 24, max: 30 } };
  return camera ? { ...size, ...wanted(camera) } : { ...size, facingMode: "user" };
}

/** `ideal`, not `exact`: a device that is gone is replaced by another. @param {string} id */
function wanted(id) {
  return id ? { deviceId: { ideal: id } } : {};
}

/**
 * Both at once, so that the person is asked once; one by one when that fails.
 *
 * @param {Choices} choices
 * @returns {Promise<{tracks: Opened, problems: Problems}>}
 */
export async function openBoth(choices) {
  const both = await attempt({ audio: microphoneConstraints(choices), video: cameraConstraints(choices) });
  if (both.stream) {
    const [microphone = null] = both.stream.getAudioTracks();
    const [camera = null] = both.stream.getVideoTracks();
    return { tracks: { microphone, camera }, problems: { microphone: null, camera: null } };
  }
  const microphone = await openMicrophone(choices);
  const camera = await openCamera(choices);
  return {
    tracks: { microphone: microphone.track, camera: camera.track },
    problems: { microphone: microphone.problem, camera: camera.problem },
  };
}

/** @param {Choices} choices */
export async function openMicrophone(choices) {
  const { stream, problem } = await attempt({ audio: microphoneConstraints(choices) });
  return { track: stream?.getAudioTracks()[0] ?? null, problem };
}

/** @param {Choices} choices */
export async function openCamera(choices) {
  const { stream, problem } = await attempt({ video: cameraConstraints(choices) });
  return { track: stream?.getVideoTracks()[0] ?? null, problem };
}

/**
 * Nothing when the person changed their mind; no sound where the browser or the person gives none.
 *
 * @returns {Promise<{screen: MediaStreamTrack | null, sound: MediaStreamTrack | null}>}
 */
export async function openScreen() {
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia(SCREEN);
    const [screen = null] = stream.getVideoTracks();
    const [sound = null] = stream.getAudioTracks();
    if (screen) screen.contentHint = "detail"; // text stays sharp when the network is slow
    return { screen, sound };
  } catch (error) {
    if (problemOf(error) === "denied") return { screen: null, sound: null }; // the system's refusal is worth telling
    throw error;
  }
}

export function mayShareScreen() {
  return typeof navigator.mediaDevices?.getDisplayMedia === "function";
}

export function maySelectSpeaker() {
  return "setSinkId" in HTMLMediaElement.prototype;
}

/**
 * @param {MediaStreamConstraints} constraints
 * @returns {Promise<{stream: MediaStream, problem: null} | {stream: null, problem: Problem}>}
 */
async function attempt(constraints) {
  if (!navigator.mediaDevices) return { stream: null, problem: "insecure" };
  try {
    return { stream: await navigator.mediaDevices.getUserMedia(constraints), problem: null };
  } catch (error) {
    return { stream: null, problem: problemOf(error) };
  }
}

/** @param {unknown} error @returns {Problem} */
function problemOf(error) {
  if (!(error instanceof DOMException)) return "failed";
  const problem = PROBLEMS[error.name] ?? "failed";
  return problem === "denied" && BY_SYSTEM.test(error.message) ? "denied-by-system" : problem;
}

/** Devices by kind, those with a name only: names are hidden until access is granted. */
export async function listDevices() {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  /** @param {MediaDeviceKind} kind */
  const of = (kind) => devices.filter((device) => device.kind === kind && device.label);
  return { microphone: of("audioinput"), camera: of("videoinput"), speaker: of("audiooutput") };
}
