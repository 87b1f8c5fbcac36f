/** @file Which browser and which system this is, as far as one's own settings are named after them. Knows no page. */

/** @typedef {"chrome" | "edge" | "firefox" | "safari" | "other"} BrowserName */
/** @typedef {"windows" | "macos" | "linux" | "android" | "ios" | "other"} SystemName */
/** @typedef {{browser: BrowserName, version: string, system: SystemName}} Platform */

/** In this order: most of them say that they are the following ones, too. @type {[BrowserName, RegExp][]} */
const BROWSERS = [
  ["edge", /\bEdg(?:A|iOS)?\/(\d+)/u],
  ["firefox", /\b(?:Firefox|FxiOS)\/(\d+)/u],
  ["chrome", /\b(?:Headless)?(?:Chrome|CriOS|Chromium)\/(\d+)/u],
  ["safari", /\bVersion\/(\d+).*Safari\//u],
];

/** @type {[SystemName, RegExp][]} */
const SYSTEMS = [
  ["android", /Android/u],
  ["ios", /iPhone|iPad|iPod/u],
  ["windows", /Windows/u],
  ["macos", /Macintosh/u],
  ["linux", /Linux|X11/u],
];

/**
 * @param {string} userAgent
 * @param {number} touchPoints tell an iPad from the Mac that it says it is
 * @returns {Platform}
 */
export function platformOf(userAgent, touchPoints = 0) {
  const system = SYSTEMS.find(([, pattern]) => pattern.test(userAgent))?.[0] ?? "other";
  for (const [browser, pattern] of BROWSERS) {
    const version = pattern.exec(userAgent)?.[1];
    if (version) return { browser, version, system: system === "macos" && touchPoints > 1 ? "ios" : system };
  }
  return { browser: "other", version: "", system };
}
