/** @file How tiles fill a rectangle, and which of them when there are too many. Pure arithmetic. */

const WIDEST = 16 / 9;
const NARROWEST = 4 / 3;
const NARROWEST_ON_TELEPHONE = 0.8; // there, faces may take a portrait shape
const TELEPHONE = 640;

/** @typedef {{columns: number, width: number, height: number}} Grid tile sizes in CSS pixels */

/**
 * The grid with the largest tiles for `count` people.
 *
 * @param {number} count
 * @param {{width: number, height: number}} room
 * @param {number} gap
 * @returns {Grid}
 */
export function bestGrid(count, room, gap) {
  /** @type {Grid} */
  let best = { columns: 1, width: 0, height: 0 };
  for (let columns = 1; columns <= count; columns += 1) {
    const grid = fit(columns, Math.ceil(count / columns), room, gap);
    if (grid.width * grid.height > best.width * best.height) best = grid;
  }
  return best;
}

/**
 * @param {number} columns
 * @param {number} rows
 * @param {{width: number, height: number}} room
 * @param {number} gap
 * @returns {Grid}
 */
function fit(columns, rows, room, gap) {
  const width = Math.max(0, (room.width - gap * (columns - 1)) / columns);
  const height = Math.max(0, (room.height - gap * (rows - 1)) / rows);
  return {
    columns,
    width: Math.floor(Math.min(width, height * WIDEST)),
    height: Math.floor(Math.min(height, width / (room.width < TELEPHONE ? NARROWEST_ON_TELEPHONE : NARROWEST))),
  };
}

/**
 * At most `most` of `ids`, in their order; those who spoke last are kept when not all fit.
 *
 * @param {readonly string[]} ids
 * @param {ReadonlyMap<string, number>} spokeAt when somebody was last heard, any growing clock
 * @param {number} most
 */
export function chooseTiles(ids, spokeAt, most) {
  if (ids.length <= most) return [...ids];
  const newestFirst = [...ids].sort((a, b) => (spokeAt.get(b) ?? -1) - (spokeAt.get(a) ?? -1));
  const kept = new Set(newestFirst.slice(0, most));
  return ids.filter((id) => kept.has(id));
}
