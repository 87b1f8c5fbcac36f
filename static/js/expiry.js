/** @file A page that shows what is about to be erased: it asks now and then, and goes when that is gone. */

const ASK_EVERY_MS = 20_000;

/** @param {Element | null} notice Where the server says what goes today; none when nothing does. */
export function watchExpiry(notice) {
  if (!(notice instanceof HTMLElement) || !notice.dataset.stateUrl) {
    return;
  }
  const { stateUrl, expires } = notice.dataset;
  const ask = async () => {
    const answer = await fetch(stateUrl, { headers: { accept: "application/json" } });
    if (answer.status === 404 || (answer.ok && isGone(await answer.json(), expires ?? ""))) {
      window.location.reload(); // the page that is served now shows what is left
    }
  };
  window.setInterval(() => void ask().catch(() => undefined), ASK_EVERY_MS); // away: asked again
}

/**
 * @param {{state: string, has_sound: boolean}} progress
 * @param {string} expires What the page shows: "sound", or "words" alone.
 */
export function isGone(progress, expires) {
  return progress.state === "erased" || (expires === "sound" && !progress.has_sound);
}
