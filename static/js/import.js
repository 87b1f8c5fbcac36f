/** @file The page on which a recording is uploaded, and waits for its check: wires what is on it. */

import { followCheck } from "./import/check.js";
import { offerUpload } from "./import/upload.js";

const form = document.querySelector("[data-import]");
if (form instanceof HTMLFormElement) {
  offerUpload(form);
}

const waiting = document.querySelector("[data-import-checked]");
if (waiting instanceof HTMLElement) {
  followCheck(waiting.dataset.importChecked ?? "");
}
