/** @file Places in a recording, in seconds. Knows no page. */

const SAME_S = 1.5; // who asks for the turn before means another one than that which has just begun

/**
 * As it is shown: 7:05, or 1:07:05.
 *
 * @param {number} seconds
 */
export function clockOf(seconds) {
  const whole = Math.floor(Math.max(0, seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const rest = String(whole % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/**
 * @param {number} seconds
 * @param {number} duration
 */
export function within(seconds, duration) {
  return Math.min(Math.max(0, seconds), duration);
}

/**
 * Where the next turn begins; the end when there is none.
 *
 * @param {number[]} starts in order
 * @param {number} now
 * @param {number} duration
 */
export function nextTurn(starts, now, duration) {
  return starts.find((start) => start > now + 0.05) ?? duration;
}

/**
 * Where the turn before begins; the very beginning when there is none.
 *
 * @param {number[]} starts in order
 * @param {number} now
 */
export function turnBefore(starts, now) {
  return starts.findLast((start) => start < now - SAME_S) ?? 0;
}

/**
 * The speed that is one step slower or faster.
 *
 * @param {number[]} rates in order
 * @param {number} rate
 * @param {-1 | 1} step
 */
export function rateBeside(rates, rate, step) {
  const place = rates.indexOf(rate) + step;
  return rates[Math.min(Math.max(0, place), rates.length - 1)] ?? rate;
}
