/** @file The parts of a file: which are to be sent, and how far the whole is. Pure. */

/**
 * @param {number} size of the file, in bytes
 * @param {number} partBytes
 * @param {number[]} there numbers of the parts that the store has, from 1
 * @returns {{number: number, start: number, end: number}[]} those that it lacks
 */
export function missingParts(size, partBytes, there) {
  const count = Math.ceil(size / partBytes);
  return Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    start: index * partBytes,
    end: Math.min((index + 1) * partBytes, size),
  })).filter((part) => !there.includes(part.number));
}

/**
 * @param {number} size
 * @param {{start: number, end: number}[]} left parts that are not there
 * @param {number} sent bytes of the part that is under way
 */
export function percentOf(size, left, sent) {
  const lacking = left.reduce((bytes, part) => bytes + part.end - part.start, 0);
  return size ? Math.floor((100 * (size - lacking + sent)) / size) : 0;
}

/**
 * @param {number} bytes
 * @param {string} language
 */
export function megabytes(bytes, language) {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(bytes / 1_048_576);
}
