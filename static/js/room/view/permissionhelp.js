/** @file Beside the preview: what to do when the browser or the system refused the microphone or the camera. */

import { permissionHelp } from "../permissionhelp.js";
import { find, onAction, setText } from "./dom.js";

/** @typedef {import("../media.js").LocalMedia} LocalMedia */

/**
 * @param {object} options
 * @param {LocalMedia} options.media
 * @param {import("../words/before/fr.js").BeforeWords} options.words
 * @param {import("../platform.js").Platform} options.platform
 */
export function connectPermissionHelp({ media, words, platform }) {
  const panel = find(document, "[data-help]", HTMLElement);
  const render = () => {
    const help = permissionHelp(words, platform, media.problems);
    panel.hidden = help === null;
    if (help === null) return;
    setText(panel, "help-title", help.title);
    showSteps(find(panel, "[data-list=steps]", HTMLElement), help.steps);
  };
  onAction(panel, "ask-again", () => void media.retry());
  media.addEventListener("change", render);
  render();
}

/** @param {HTMLElement} list @param {string[]} steps */
function showSteps(list, steps) {
  const shown = [...list.children].map(({ textContent }) => textContent);
  if (shown.join("\n") === steps.join("\n")) return;
  list.replaceChildren(
    ...steps.map((step) => {
      const item = document.createElement("li");
      item.textContent = step;
      return item;
    }),
  );
}
