/** @file The page of the search: its links carry what was looked for into the minutes, where it is marked at once. */

import { withWords } from "./minutes/find/address.js";

const field = document.querySelector("input[name=q]");
if (field instanceof HTMLInputElement) {
  const links = /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("a.hit__link"));
  for (const link of links) link.hash = withWords(link.hash, field.defaultValue.trim());
}
