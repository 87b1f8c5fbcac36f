/** @file How somebody likes to see a meeting, remembered by the browser where it may. */

/** @typedef {"auto" | "speaker" | "grid"} Layout */
/** @typedef {{layout: Layout, selfView: boolean}} Preferences */

const STORED_AS = "visio-layout";

/** @type {Preferences} */
const DEFAULTS = { layout: "auto", selfView: true };

/** @returns {Preferences} */
export function recallPreferences() {
  try {
    const { layout, selfView } = { ...DEFAULTS, ...JSON.parse(localStorage.getItem(STORED_AS) ?? "{}") };
    return { layout: ["auto", "speaker", "grid"].includes(layout) ? layout : "auto", selfView: selfView !== false };
  } catch {
    return { ...DEFAULTS }; // storage may be closed to us, or hold something else
  }
}

/** @param {Preferences} preferences */
export function rememberPreferences(preferences) {
  try {
    localStorage.setItem(STORED_AS, JSON.stringify(preferences));
  } catch {
    // a private window may refuse: the choice then lasts as long as the page
  }
}
