/** @file What the room says from the browser. Only the sentences of one language are loaded, from words/. */

/** @typedef {import("./words/fr.js").Words} Words */
/** @typedef {import("./words/before/fr.js").BeforeWords} BeforeWords */

/**
 * @param {"fr" | "en"} language
 * @returns {Promise<Words>}
 */
export async function wordsIn(language) {
  return language === "en" ? (await import("./words/en.js")).en : (await import("./words/fr.js")).fr;
}

/**
 * @param {"fr" | "en"} language
 * @returns {Promise<BeforeWords>}
 */
export async function beforeWordsIn(language) {
  return language === "en" ? (await import("./words/before/en.js")).en : (await import("./words/before/fr.js")).fr;
}

/** @type {Record<import("./devices.js").Problem, "Missing" | "Denied" | "Busy" | "Failed">} */
const PROBLEM_ENDS = {
  missing: "Missing",
  denied: "Denied",
  "denied-by-system": "Denied",
  busy: "Busy",
  failed: "Failed",
  insecure: "Failed",
};

/**
 * Why a device could not be used, and what to do.
 *
 * @param {Words} words
 * @param {"microphone" | "camera"} source
 * @param {import("./devices.js").Problem} problem
 */
export function problemSentence(words, source, problem) {
  if (problem === "insecure" && source === "microphone") return words.insecure;
  return words[`${source}${PROBLEM_ENDS[problem]}`];
}

/**
 * @param {Words} words
 * @param {string} code of an error of the server
 */
export function sentenceOf(words, code) {
  return words.errors[code] ?? words.errors.refused ?? code;
}
