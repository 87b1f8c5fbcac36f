/** @file How good our own connection is, from its statistics, in four levels. Knows no page. */

const EVERY_MS = 5_000;
const AGAIN_MS = 20_000; // who comes later learns of a connection that is not good
const FAIR = { loss: 0.03, roundTrip: 0.3 };
const POOR = { loss: 0.1, roundTrip: 0.8 };

/** @typedef {import("./protocol.js").Level} Level */

/**
 * @typedef {object} Sample
 * @property {boolean} open both connections are
 * @property {number} sentLoss share of our packets that the gateway did not get, lately
 * @property {number} roundTrip seconds
 * @property {number} received packets of sound, since the beginning
 * @property {number} lost of those that were to come
 */

/**
 * @param {Sample} now
 * @param {Sample} before
 * @returns {Level}
 */
export function levelOf(now, before) {
  if (!now.open) return 0;
  const lost = Math.max(0, now.lost - before.lost);
  const came = Math.max(0, now.received - before.received);
  const loss = Math.max(now.sentLoss, lost + came > 0 ? lost / (lost + came) : 0);
  if (loss > POOR.loss || now.roundTrip > POOR.roundTrip) return 1;
  return loss > FAIR.loss || now.roundTrip > FAIR.roundTrip ? 2 : 3;
}

/** What is worth saying: a level that two looks in a row agree on, when it is new, or not good and said long ago. */
export class Levels {
  /** @type {Level} */
  #said = 3;
  #saidAt = 0;
  /** @type {Level} */
  #last = 3;

  /**
   * @param {Level} level
   * @param {number} now milliseconds
   */
  isWorthSaying(level, now) {
    const agreed = level === this.#last;
    this.#last = level;
    const due = level !== this.#said || (level < 3 && now - this.#saidAt >= AGAIN_MS);
    if (!agreed || !due) return false;
    this.#said = level;
    this.#saidAt = now;
    return true;
  }
}

/**
 * @param {object} options
 * @param {() => Promise<Sample | null>} options.sample null while there is nothing to look at
 * @param {(level: Level) => void} options.onLevel
 * @returns {() => void} what stops it
 */
export function watchQuality({ sample, onLevel }) {
  const levels = new Levels();
  /** @type {Sample | null} */
  let before = null;
  const look = async () => {
    const now = await sample();
    const level = now && before ? levelOf(now, before) : null;
    before = now;
    if (level !== null && levels.isWorthSaying(level, performance.now())) onLevel(level);
  };
  const timer = setInterval(() => void look(), EVERY_MS);
  return () => clearInterval(timer);
}
