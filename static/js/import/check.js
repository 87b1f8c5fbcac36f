/** @file A file that was uploaded waits for its check: then its minutes are on a page of their own, or the refusal on this one. */

const ASK_EVERY_MS = 3_000;

/** @param {string} url */
export function followCheck(url) {
  window.setInterval(() => void ask(url), ASK_EVERY_MS);
}

/** @param {string} url */
async function ask(url) {
  try {
    const answer = await fetch(url, { headers: { accept: "application/json" } });
    const told = answer.ok ? await answer.json() : {};
    if (told.minutes) {
      window.location.assign(told.minutes);
    } else if (told.state !== "checking") {
      window.location.reload();
    }
  } catch {
    // Offline: the next time will tell.
  }
}
