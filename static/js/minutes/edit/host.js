/** @file What the parts of the editor may ask of it: types alone. */

/**
 * @typedef {object} Host
 * @property {Record<string, string>} words
 * @property {import("./door.js").Door} door
 * @property {import("./undoing.js").Undoing} undoing
 * @property {(code: string) => void} say
 * @property {(name: string) => Node | undefined} cloned
 * @property {() => unknown} leave
 * @property {(verb: string, more?: Record<string, unknown>) => Promise<unknown>} change
 * @property {(answer: import("./door.js").Answer) => boolean} took
 * @property {() => void} focus
 */

export {};
