/** @file Words that the recogniser was not sure of, marked without touching the text. */

const NAME = "doubtful-word";

/**
 * Where they stand in the text.
 *
 * @param {string} told "from-to from-to…"
 * @param {number} length of the text
 * @returns {[from: number, to: number][]}
 */
export function placesIn(told, length) {
  return told
    .split(" ")
    .map((span) => /** @type {[number, number]} */ (span.split("-").map(Number)))
    .filter(([from, to]) => from < to && to <= length);
}

/** Those that are on the page, and those that come. @param {HTMLElement} lines */
export function markDoubts(lines) {
  if (!("highlights" in CSS) || typeof Highlight !== "function") return;
  const highlight = new Highlight();
  CSS.highlights.set(NAME, highlight);
  const legend = document.querySelector("[data-doubtful-legend]");
  const mark = () => {
    highlight.clear();
    for (const element of lines.querySelectorAll("[data-doubtful]")) for (const range of rangesOf(element)) highlight.add(range);
    if (legend instanceof HTMLElement) legend.hidden = highlight.size === 0;
  };
  mark();
  new MutationObserver(mark).observe(lines, { childList: true, subtree: true });
}

/** @param {Element} element */
function* rangesOf(element) {
  const text = element.firstChild;
  if (!(element instanceof HTMLElement && text instanceof Text)) return;
  for (const [from, to] of placesIn(element.dataset.doubtful ?? "", text.length)) {
    const range = document.createRange();
    range.setStart(text, from);
    range.setEnd(text, to);
    yield range;
  }
}
