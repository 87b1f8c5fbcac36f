/**
 * @file `data-copy="text"` on a button copies the text and says so, to eyes and to screen readers.
 * What is copied is called a link, unless the button has `data-copy-what="text"`.
 */

const SHOWN_MS = 2_500;
const COPIED = { link: { fr: "Lien copié", en: "Link copied" }, text: { fr: "Texte copié", en: "Text copied" } };
const REFUSED = { fr: "La copie a été refusée par le navigateur", en: "The browser refused to copy" };

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-copy]") : null;
  if (button instanceof HTMLElement) void copyFrom(button);
});

/** @param {HTMLElement} button */
async function copyFrom(button) {
  const language = document.documentElement.lang.startsWith("en") ? "en" : "fr";
  const copied = await copy(button.dataset.copy ?? "");
  const done = COPIED[button.dataset.copyWhat === "text" ? "text" : "link"];
  confirm(button, (copied ? done : REFUSED)[language]);
}

/** @param {string} text */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text); // no clipboard on an address without https
  }
}

/** @param {string} text */
function copyBySelection(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "fr-sr-only";
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  return copied;
}

/**
 * The words go where the button keeps its own, for a moment; its width stays, so that nothing moves.
 *
 * @param {HTMLElement} button
 * @param {string} text
 */
function confirm(button, text) {
  announce(text);
  const label = button.querySelector("[data-copy-label]") ?? button;
  if (button.hasAttribute("data-copied")) return;
  const before = label.textContent;
  button.style.minWidth = `${button.offsetWidth}px`;
  button.toggleAttribute("data-copied", true);
  label.textContent = text;
  setTimeout(() => {
    label.textContent = before;
    button.style.minWidth = "";
    button.toggleAttribute("data-copied", false);
  }, SHOWN_MS);
}

/** @param {string} text */
function announce(text) {
  const region = document.querySelector("[data-copy-status]") ?? createRegion();
  region.textContent = "";
  setTimeout(() => (region.textContent = text), 50); // the same words twice are spoken twice
}

function createRegion() {
  const region = document.createElement("div");
  region.className = "fr-sr-only";
  region.setAttribute("role", "status");
  region.setAttribute("data-copy-status", "");
  document.body.append(region);
  return region;
}
