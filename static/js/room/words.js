/** @file What the room says from the browser: words/fr.js and words/en.js hold the sentences. */

import { en } from "./words/en.js";
import { fr } from "./words/fr.js";

/** @typedef {import("./words/fr.js").Words} Words */

/**
 * @param {"fr" | "en"} language
 * @returns {Words}
 */
export function wordsIn(language) {
  return language === "en" ? en : fr;
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
