/** @file The addresses in what somebody wrote: https and http, nothing else. Knows no page. */

const ADDRESS = /https?:\/\/[^\s<>"«»“”]+/giu;
const AFTER = /[.,;:!?…'’*_~\]}]+$/u; // ends a sentence more often than an address

/** @typedef {{text: string, href: string | null}} Piece */

/**
 * The text in pieces; an address that a browser can open has its `href`. Together they are the text.
 *
 * @param {string} text
 * @returns {Piece[]}
 */
export function findLinks(text) {
  /** @type {Piece[]} */
  const pieces = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const address = withoutTail(found);
    const href = hrefOf(address);
    if (href === null) continue;
    if (index > end) pieces.push({ text: text.slice(end, index), href: null });
    pieces.push({ text: address, href });
    end = index + address.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), href: null });
  return pieces;
}

/** @param {string} address */
function withoutTail(address) {
  let kept = address.replace(AFTER, "");
  while (kept.endsWith(")") && count(kept, ")") > count(kept, "(")) kept = kept.slice(0, -1).replace(AFTER, "");
  return kept;
}

/**
 * @param {string} text
 * @param {string} character
 */
function count(text, character) {
  return text.split(character).length - 1;
}

/** @param {string} address */
function hrefOf(address) {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  const isPlain = url.username === "" && url.password === ""; // https://gouv.fr@elsewhere.example leads elsewhere
  return isPlain && ["http:", "https:"].includes(url.protocol) ? url.href : null;
}
