/** @file Finding hooks in the page and changing text. */

/**
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} type
 * @returns {T}
 */
export function find(root, selector, type) {
  const found = root.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`the page lacks ${selector}`);
  return found;
}

/**
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} type
 * @returns {T[]}
 */
export function findAll(root, selector, type) {
  return [...root.querySelectorAll(selector)].flatMap((one) => (one instanceof type ? [one] : []));
}

/**
 * A copy of the one element in a template of the page.
 *
 * @param {string} name
 * @returns {HTMLElement}
 */
export function copyTemplate(name) {
  const template = find(document, `template[data-template="${name}"]`, HTMLTemplateElement);
  const element = template.content.firstElementChild?.cloneNode(true);
  if (!(element instanceof HTMLElement)) throw new Error(`the template ${name} is empty`);
  return element;
}

/**
 * Text is only written when it changes: screen readers speak of what is written again.
 *
 * @param {ParentNode} root
 * @param {string} name
 * @param {string} text
 */
export function setText(root, name, text) {
  const element = find(root, `[data-text="${name}"]`, HTMLElement);
  if (element.textContent !== text) element.textContent = text;
}

/**
 * @param {ParentNode} root
 * @param {string} name
 * @param {boolean} shown
 */
export function showMark(root, name, shown) {
  find(root, `[data-mark="${name}"]`, HTMLElement).hidden = !shown;
}

/**
 * Call `act` for each click on an element with this `data-action` inside `root`.
 *
 * @param {HTMLElement} root
 * @param {string} action
 * @param {(element: HTMLElement) => void} act
 */
export function onAction(root, action, act) {
  root.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target.closest(`[data-action="${action}"]`) : null;
    if (target instanceof HTMLElement && root.contains(target)) act(target);
  });
}

/**
 * @param {HTMLVideoElement | HTMLAudioElement} element
 * @param {MediaStreamTrack | null} track
 * @returns {boolean} whether the element had another track before
 */
export function showTrack(element, track) {
  const stream = element.srcObject;
  const before = stream instanceof MediaStream ? (stream.getTracks()[0] ?? null) : null;
  if (before === track) return false;
  element.srcObject = track ? new MediaStream([track]) : null;
  return true;
}

/** The first letters of the first and the last word. @param {string} name */
export function initialsOf(name) {
  const words = name.split(/[\s'’-]+/u).filter(Boolean);
  const [first = "?"] = words;
  const last = words.length > 1 ? (words[words.length - 1] ?? "") : "";
  return (letter(first) + letter(last)).toUpperCase();
}

/** @param {string} word */
function letter(word) {
  return [...word][0] ?? "";
}

/** One of eight quiet colours, always the same for a person. @param {string} name */
export function colourOf(name) {
  let hash = 2166136261; // FNV-1a: names that look alike fall apart
  for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619) >>> 0;
  return String((hash >>> 16) % 8);
}
