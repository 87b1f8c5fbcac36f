/** @file Live captions as plain data: what has been said, what is being said, whether words still come. */

/** @typedef {import("./protocol.js").CaptionLine} CaptionLine */
/** @typedef {import("./protocol.js").CaptionMessage} CaptionMessage */

/** @typedef {"starting" | "ok" | "late" | "full" | "lost"} Health */

/**
 * @typedef {object} Said
 * @property {string} line
 * @property {string} participant
 * @property {string} name
 * @property {string} final what does not change any more
 * @property {string} partial what may
 * @property {boolean} over nothing follows
 * @property {string} language empty: not known
 * @property {number} at seconds of the Unix clock
 * @property {number} changed milliseconds of this page's clock; 0 for what was said before we read
 */

/**
 * @typedef {object} Captions
 * @property {boolean} on
 * @property {readonly Said[]} said in the order in which lines began
 * @property {"ok" | "late" | "full" | null} state as the server told last
 * @property {number} heard when it did
 * @property {number} since when they were turned on
 */

const MOST_LINES = 300;
const BEAT_MS = 1_500; // the server says each half second that it is there
const START_MS = 8_000; // the first time a model is loaded
const STAYS_MS = 6_000; // a line that is over can still be read
const AT_ONCE = 3;

/** @type {Captions} */
export const NO_CAPTIONS = Object.freeze({ on: false, said: [], state: null, heard: 0, since: 0 });

/**
 * @param {Captions} captions
 * @param {boolean} on
 * @param {number} now
 * @returns {Captions}
 */
export function turn(captions, on, now) {
  return on ? { ...captions, on, state: null, heard: 0, since: now } : NO_CAPTIONS;
}

/**
 * @param {Captions} captions
 * @param {CaptionMessage} message
 * @param {number} now
 * @returns {Captions}
 */
export function hear(captions, message, now) {
  if (!captions.on) return captions;
  switch (message.type) {
    case "captions":
      return { ...captions, said: message.lines.map(before) };
    case "captions-state":
      return { ...captions, state: message.state, heard: now };
    case "caption":
      return { ...captions, said: withLine(captions.said, message, now) };
  }
}

/** @param {CaptionLine} line @returns {Said} */
function before({ line, participant, name, text, language, at }) {
  return { line, participant, name, final: text, partial: "", over: true, language, at, changed: 0 };
}

/**
 * @param {readonly Said[]} said
 * @param {import("./protocol.js").Caption} message
 * @param {number} now
 */
function withLine(said, { line, participant, name, final, partial, over, language, at }, now) {
  const changed = { line, participant, name, final, partial, over, language, at, changed: now };
  const known = said.some((one) => one.line === line);
  const next = known ? said.map((one) => (one.line === line ? changed : one)) : [...said, changed];
  return next.slice(-MOST_LINES);
}

/**
 * Without what was said by people who object.
 *
 * @param {Captions} captions
 * @param {ReadonlySet<string>} objectors
 * @returns {Captions}
 */
export function forget(captions, objectors) {
  if (!captions.said.some(({ participant }) => objectors.has(participant))) return captions;
  return { ...captions, said: captions.said.filter(({ participant }) => !objectors.has(participant)) };
}

/**
 * What somebody reads who has chosen a language; all of it where they have not.
 *
 * @param {Captions} captions
 * @param {string} wanted
 * @returns {Captions}
 */
export function inLanguage(captions, wanted) {
  if (!wanted) return captions;
  return { ...captions, said: captions.said.filter(({ language }) => !language || language === wanted) };
}

/**
 * What is over the pictures now: lines that grow, and those that have just ended.
 *
 * @param {Captions} captions
 * @param {number} now
 */
export function shown({ said }, now) {
  const fresh = said.filter(({ final, partial, changed }) => (final || partial) && now - changed < STAYS_MS);
  return fresh.filter(({ changed }) => changed > 0).slice(-AT_ONCE);
}

/** Lines with words that do not change any more, whole. @param {Captions} captions */
export function log({ said }) {
  return said.filter(({ over, final }) => over && final);
}

/**
 * @param {Captions} captions
 * @param {number} now
 * @returns {Health}
 */
export function health({ state, heard, since }, now) {
  if (state !== null && now - heard < BEAT_MS) return state;
  return state === null && now - since < START_MS ? "starting" : "lost";
}
