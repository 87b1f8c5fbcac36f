/** @file Waits with the page: for a recording that is being stored, and for videos that are being made. */

const ASK_EVERY_MS = 2_000;
const WAITING = ["active", "stopping"];
const GOING_ON = ["queued", "running"];

/** @typedef {{id: string, state: string, progress: number}} Video */
/** @typedef {{status: string, videos: Video[]}} State */

/** @param {HTMLElement} page */
export function followVideos(page) {
  if (!isWaiting(page)) return;
  window.setTimeout(() => void follow(page), ASK_EVERY_MS);
}

/** @param {HTMLElement} page */
async function follow(page) {
  const state = await ask(page.dataset.stateUrl ?? "");
  if (state && state.status !== page.dataset.status) {
    window.location.reload(); // the page that is served now has the player
    return;
  }
  if (state) await show(page, state.videos);
  followVideos(page);
}

/** @param {HTMLElement} page */
function isWaiting(page) {
  const states = Object.values(shownStates(page));
  return WAITING.includes(page.dataset.status ?? "") || states.some((state) => GOING_ON.includes(state));
}

/**
 * @param {string} url
 * @returns {Promise<State | null>}
 */
async function ask(url) {
  try {
    const answer = await fetch(url, { headers: { accept: "application/json" } });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null; // offline: the next time will tell
  }
}

/**
 * How far each one is; when one has changed its state, the server says how that looks, and what plays goes on.
 *
 * @param {HTMLElement} page
 * @param {Video[]} videos
 */
async function show(page, videos) {
  const shown = shownStates(page);
  if (videos.some(({ id, state }) => id in shown && shown[id] !== state)) {
    await replace(page);
    return;
  }
  for (const { id, progress } of videos) {
    page.querySelector(`[data-video-id="${id}"] progress`)?.setAttribute("value", String(progress));
  }
}

/** @param {HTMLElement} page */
async function replace(page) {
  const answer = await fetch(window.location.href);
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-videos] .videos");
  const list = page.querySelector("[data-videos] .videos");
  if (fresh && list) list.replaceChildren(...fresh.children);
}

/**
 * @param {HTMLElement} page
 * @returns {Record<string, string>} states by video
 */
function shownStates(page) {
  const videos = /** @type {NodeListOf<HTMLElement>} */ (page.querySelectorAll("[data-video-id]"));
  return Object.fromEntries(Array.from(videos, ({ dataset }) => [dataset.videoId, dataset.videoState]));
}
