/** @file Captions under what is played: the browser reads the file, and the deck's clock says which ones. */

const LAST_S = 4; // a line stays a moment after its last word, unless another one comes

/** @typedef {{toggle: () => boolean, show: (place: number) => void}} Captions */

/**
 * @param {HTMLElement} deck
 * @returns {Captions | null} null where there are none
 */
export function captionsOf(deck) {
  const element = deck.querySelector("[data-track]");
  const box = deck.querySelector("[data-captions-box]");
  if (!(element instanceof HTMLTrackElement) || !(box instanceof HTMLElement)) return null;
  let shown = "";
  let now = 0;
  /** @type {Captions["show"]} */
  const show = (place) => {
    now = place;
    const cue = box.hidden ? undefined : cueAt(Array.from(element.track.cues ?? []), place);
    const key = cue ? `${cue.startTime}` : "";
    if (key === shown) return;
    shown = key;
    box.replaceChildren(...(cue instanceof VTTCue ? wordsOf(cue) : []));
  };
  const toggle = () => {
    element.track.mode = "hidden"; // from now on it is read
    box.hidden = !box.hidden;
    shown = "";
    return !box.hidden;
  };
  element.addEventListener("load", () => show(now));
  return { toggle, show };
}

/**
 * The cue that was said last.
 *
 * @template {{startTime: number, endTime: number}} Cue
 * @param {Cue[]} cues in order
 * @param {number} place
 */
export function cueAt(cues, place) {
  const last = cues.findLast((cue) => cue.startTime <= place);
  return last && place < last.endTime + LAST_S ? last : undefined;
}

/**
 * `<v Claire>` becomes a span with a title: what is shown is her name.
 *
 * @param {VTTCue} cue
 */
function wordsOf(cue) {
  const words = cue.getCueAsHTML();
  const name = words.querySelector("[title]")?.getAttribute("title");
  if (!name) return [words];
  const who = document.createElement("span");
  who.className = "deck__who";
  who.textContent = name;
  return [who, document.createTextNode(" — "), document.createTextNode(words.textContent ?? "")];
}
