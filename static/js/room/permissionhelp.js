/** @file How to give back a microphone or a camera that was refused: by browser, then by system. Knows no page. */

/** @typedef {import("./platform.js").Platform} Platform */
/** @typedef {import("./devices.js").Problems} Problems */
/** @typedef {import("./words/before/fr.js").BeforeWords} BeforeWords */

/**
 * Null when nothing was refused.
 *
 * @param {BeforeWords} words
 * @param {Platform} platform
 * @param {Problems} problems
 * @returns {{title: string, steps: string[]} | null}
 */
export function permissionHelp(words, platform, problems) {
  const refused = /** @type {const} */ (["microphone", "camera"]).filter((source) => isRefused(problems[source]));
  const [first] = refused;
  if (!first) return null;
  const devices = words.devices[refused.length > 1 ? "both" : first] ?? "";
  const bySystem = refused.every((source) => problems[source] === "denied-by-system");
  const where = bySystem ? words.inSystem[platform.system] : words.inBrowser[platform.browser];
  const steps = bySystem ? [words.systemStep[platform.system]] : stepsInBrowser(words, platform);
  return { title: words.helpTitle(devices, where), steps: [...steps, words.thenRetry, words.managed] };
}

/** @param {import("./devices.js").Problem | null} problem */
export function isRefused(problem) {
  return problem === "denied" || problem === "denied-by-system";
}

/** @param {BeforeWords} words @param {Platform} platform */
function stepsInBrowser(words, { browser, system }) {
  const isMobile = system === "android" || system === "ios";
  const steps = isMobile ? words.mobileSteps[system] : words.browserSteps[browser];
  return [...steps, words.ifNotEnough(lowerFirst(words.systemStep[system]))];
}

/** @param {string} sentence */
function lowerFirst(sentence) {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
