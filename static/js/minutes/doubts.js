/** @file Words that the recogniser was not sure of, marked without touching the text. */

const NAME = "doubtful-word";

/**
 * Where they stand in the text, as long as it is the text that they were found in.
 *
 * @param {string} told "revision from-to from-to…"
 * @param {string} revision of the line now
 * @param {number} length of its text
 * @returns {[from: number, to: number][]}
 */
export function placesIn(told, revision, length) {
  const [since, ...spans] = told.split(" ");
  if (since !== revision) return [];
  return spans
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
  const line = element.closest("[data-revision]");
  if (!(element instanceof HTMLElement && line instanceof HTMLElement && text instanceof Text)) return;
  for (const [from, to] of placesIn(element.dataset.doubtful ?? "", line.dataset.revision ?? "", text.length)) {
    const range = document.createRange();
    range.setStart(text, from);
    range.setEnd(text, to);
    yield range;
  }
}
