/** @file Words that were looked for, in the address: after the `#`, which browsers send to nobody. No document here. */

const WORDS = "&mots=";

/**
 * @param {string} hash `#t=83.40&mots=le%20budget`
 * @returns {string}
 */
export function wordsIn(hash) {
  const at = hash.indexOf(WORDS);
  if (at === -1) return "";
  try {
    return decodeURIComponent(hash.slice(at + WORDS.length));
  } catch {
    return ""; // typed by hand, or cut
  }
}

/**
 * @param {string} hash
 * @param {string} words
 * @returns {string} the same place, with these words
 */
export function withWords(hash, words) {
  const [place = ""] = hash.split(WORDS);
  return words ? `${place}${WORDS}${encodeURIComponent(words)}` : place;
}
