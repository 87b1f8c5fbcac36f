/** @file Notices m-lines that were announced and bring nothing. Knows no page. */

const EVERY_MS = 2_000;
const PATIENCE_MS = 5_000;

/** @typedef {{mid: string, expected: boolean}} Line */

/**
 * Call `onChange` with the mids that have brought nothing for five seconds, whenever that set changes.
 *
 * @param {object} options
 * @param {() => Promise<Map<string, number>>} options.progress how much each m-line has brought, by mid
 * @param {() => Line[]} options.lines
 * @param {(stalled: ReadonlySet<string>) => void} options.onChange
 * @returns {() => void} what stops it
 */
export function watchProgress({ progress, lines, onChange }) {
  /** @type {Map<string, {count: number, at: number}>} */
  const seen = new Map();
  let stalled = "";
  const look = async () => {
    const counts = await progress();
    const late = lateMids(lines(), counts, seen, performance.now());
    if (late.join() !== stalled) onChange(new Set(late));
    stalled = late.join();
  };
  const timer = setInterval(() => void look(), EVERY_MS);
  return () => clearInterval(timer);
}

/**
 * @param {Line[]} lines
 * @param {Map<string, number>} counts
 * @param {Map<string, {count: number, at: number}>} seen what was known, brought up to date
 * @param {number} now milliseconds
 * @returns {string[]}
 */
export function lateMids(lines, counts, seen, now) {
  return lines.flatMap(({ mid, expected }) => {
    const count = counts.get(mid) ?? 0;
    const known = seen.get(mid);
    if (!expected || !known || known.count !== count) seen.set(mid, { count, at: now });
    else if (now - known.at >= PATIENCE_MS) return [mid];
    return [];
  });
}
