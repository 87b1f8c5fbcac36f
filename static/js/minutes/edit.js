/** @file The page of minutes, for who may correct them. */

import { Door } from "./edit/door.js";
import { Editor } from "./edit/editor.js";

const list = document.querySelector("[data-lines]");
const bar = document.querySelector("[data-edit-bar]");
if (list instanceof HTMLElement && bar instanceof HTMLElement) {
  const words = JSON.parse(document.getElementById("minutes-words")?.textContent ?? "{}");
  const token = /** @type {HTMLInputElement | null} */ (bar.querySelector("[name=csrfmiddlewaretoken]"));
  const editor = new Editor(list, bar, new Door(bar.dataset.url ?? "", token?.value ?? ""), words);
  bar.hidden = false;
  if (window.location.search.includes("corriger")) editor.toggle();
}
