/** @file How tiles fill a rectangle, how many fit, and who sits on the first page. Pure arithmetic. */

const WIDEST = 16 / 9;
const NARROWEST = 4 / 3;
const NARROWEST_ON_TELEPHONE = 0.8; // there, faces may take a portrait shape
const TELEPHONE = 640;
const SMALLEST = { width: 256, height: 144 }; // a face can still be read
const SMALLEST_ON_TELEPHONE = { width: 150, height: 112 };
const MOST = 25; // what a modest computer decodes
const MOST_ON_TELEPHONE = 8;

/** @typedef {{columns: number, width: number, height: number}} Grid tile sizes in CSS pixels */
/** @typedef {{width: number, height: number}} Room */

/**
 * The grid with the largest tiles for `count` people.
 *
 * @param {number} count
 * @param {Room} room
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
 * @param {Room} room
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
 * How many tiles a grid has at most, before they get too small.
 *
 * @param {Room} room
 * @param {number} gap
 */
export function gridCapacity(room, gap) {
  const isNarrow = room.width < TELEPHONE;
  const { width, height } = isNarrow ? SMALLEST_ON_TELEPHONE : SMALLEST;
  const places = howMany(room.width, width, gap) * howMany(room.height, height, gap);
  return Math.min(places, isNarrow ? MOST_ON_TELEPHONE : MOST);
}

/**
 * How many tiles stand in a row, or in a column.
 *
 * @param {Room} room
 * @param {number} gap
 */
export function stripCapacity(room, gap) {
  if (room.width > room.height) return Math.min(MOST, howMany(room.width, room.height * WIDEST, gap));
  return Math.min(MOST, howMany(room.height, room.width / WIDEST, gap));
}

/**
 * @param {number} length
 * @param {number} each
 * @param {number} gap
 */
function howMany(length, each, gap) {
  return each > 0 ? Math.max(1, Math.floor((length + gap) / (each + gap))) : 1;
}

/**
 * The same people in the same places, but that who talks, and is not among the first `places`, changes places with
 * the one there who has been silent for longest.
 *
 * @param {readonly string[]} ids
 * @param {ReadonlySet<string>} talking
 * @param {ReadonlyMap<string, number>} spokeAt when somebody was last heard, any growing clock
 * @param {number} places
 */
export function bringForward(ids, talking, spokeAt, places) {
  const seats = [...ids];
  for (let from = Math.max(places, 0); from < seats.length; from += 1) {
    const talker = seats[from];
    if (talker === undefined || !talking.has(talker)) continue;
    const silent = seats.slice(0, places).filter((id) => !talking.has(id));
    const quietest = silent.sort((one, other) => (spokeAt.get(one) ?? -1) - (spokeAt.get(other) ?? -1))[0];
    if (quietest === undefined) break; // all of them talk
    seats[seats.indexOf(quietest)] = talker;
    seats[from] = quietest;
  }
  return seats;
}

/**
 * @template T
 * @param {readonly T[]} all
 * @param {number} places on each page
 * @param {number} page from 0; one that is no longer there gives the last
 */
export function pageOf(all, places, page) {
  const size = Math.max(1, places);
  const pages = Math.max(1, Math.ceil(all.length / size));
  const shown = Math.min(Math.max(0, page), pages - 1);
  return { items: all.slice(shown * size, (shown + 1) * size), page: shown, pages };
}
