/** @file Shows how far the minutes are: told by a socket, and asked for now and then in case it missed something. */

const ASK_EVERY_MS = 5_000;
const FIRST_DELAY_MS = 1_000;
const LAST_DELAY_MS = 30_000;
const CLOSE_NOT_FOUND = 4404;
const OVER = ["done", "failed", "cancelled", "erased"];

/** @typedef {{step: number, title: string, text: string, following: string, unsure: string}} Stage */
/**
 * @typedef {{
 *   type: "progress", state: string, done: number, total: number, percent: number, place: number, minutes: number
 * }} Progress
 */

/** @param {HTMLElement} page */
export function followProgress(page) {
  const stages = JSON.parse(document.getElementById("minutes-stages")?.textContent ?? "{}");
  /** @param {Progress} progress */
  const show = (progress) => {
    if (OVER.includes(progress.state)) {
      window.location.reload(); // the page that is served now shows the minutes, or why there are none
    } else {
      showStage(page, stages[progress.state], progress);
    }
  };
  listen(page.dataset.socket ?? "", show, FIRST_DELAY_MS);
  window.setInterval(() => ask(page.dataset.stateUrl ?? "", show), ASK_EVERY_MS);
}

/**
 * @param {HTMLElement} page
 * @param {Stage | undefined} stage
 * @param {Progress} progress
 */
export function showStage(page, stage, progress) {
  if (!stage) {
    return;
  }
  write(page, "[data-title]", stage.title);
  write(page, "[data-step]", String(stage.step));
  write(page, "[data-following]", stage.following);
  write(page, "[data-text]", describe(stage, progress));
  page.querySelector("[data-steps]")?.setAttribute("data-fr-current-step", String(stage.step));
  const bar = page.querySelector("[data-bar]");
  if (bar && progress.state === "transcribing") {
    bar.setAttribute("value", String(progress.percent));
  } else {
    bar?.removeAttribute("value"); // waiting: nobody knows how long
  }
}

/**
 * @param {Stage} stage
 * @param {Progress} progress
 */
export function describe(stage, progress) {
  const text = stage.unsure && !progress.minutes ? stage.unsure : stage.text;
  return text
    .replace("{step}", String(Math.min(progress.done + 1, progress.total)))
    .replace("{total}", String(progress.total))
    .replace("{percent}", String(progress.percent))
    .replace("{place}", String(progress.place || 1))
    .replace("{minutes}", String(progress.minutes));
}

/**
 * Only what changed: a live region is read aloud again whenever it is written.
 *
 * @param {HTMLElement} page
 * @param {string} selector
 * @param {string} text
 */
function write(page, selector, text) {
  const element = page.querySelector(selector);
  if (element && element.textContent?.trim() !== text) {
    element.textContent = text;
  }
}

/**
 * @param {string} path
 * @param {(progress: Progress) => void} show
 * @param {number} delayMs before the next attempt
 */
function listen(path, show, delayMs) {
  const address = new URL(path, window.location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(address);
  let wait = delayMs;
  socket.addEventListener("message", (event) => {
    wait = FIRST_DELAY_MS;
    show(JSON.parse(event.data));
  });
  socket.addEventListener("close", (event) => {
    if (event.code !== CLOSE_NOT_FOUND) {
      window.setTimeout(() => listen(path, show, Math.min(wait * 2, LAST_DELAY_MS)), wait);
    }
  });
}

/**
 * @param {string} url
 * @param {(progress: Progress) => void} show
 */
async function ask(url, show) {
  try {
    const answer = await fetch(url, { headers: { accept: "application/json" } });
    if (answer.ok) {
      show(await answer.json());
    } else if (answer.status === 404) {
      window.location.reload(); // signed out, or no longer shared: the server says which
    }
  } catch {
    // Offline: the next time will tell.
  }
}
