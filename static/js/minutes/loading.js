/** @file Brings the other lines of long minutes, part after part, once the page can be used. */

const KEEPS_PLACE = CSS.supports("overflow-anchor", "auto"); // by itself, lines that get their true height included

/** @typedef {"previous" | "following"} Side */

/** @type {Record<Side, string>} */
const ASKED = { previous: "avant", following: "apres" };

export class Loading {
  /** @param {HTMLElement} list */
  constructor(list) {
    this.list = list;
    /** @type {Promise<boolean> | null} */
    this.coming = null;
    /** @type {Side | null} where somebody waits for a line */
    this.wanted = null;
  }

  /** All of them: what comes after first. A part that does not come leaves the links to it where they are. */
  async all() {
    while (await this.part());
  }

  /**
   * What `find` finds, once enough of that side has come; null where it is not there, or does not come.
   *
   * @template T
   * @param {() => T | null} find
   * @param {Side} side
   * @returns {Promise<T | null>}
   */
  async bring(find, side) {
    let found = find();
    while (!found && this.list.dataset[side] !== undefined) {
      this.wanted = side;
      if (!(await this.part())) break;
      found = find();
    }
    this.wanted = null;
    return found;
  }

  /** @returns {Promise<boolean>} whether one more part has come; two who ask at once get the same one */
  part() {
    this.coming ??= this.load().finally(() => {
      this.coming = null;
    });
    return this.coming;
  }

  async load() {
    const { following, previous } = this.list.dataset;
    const last = following === undefined ? "previous" : "following";
    const side = this.wanted && this.list.dataset[this.wanted] !== undefined ? this.wanted : last;
    if (following === undefined && previous === undefined) return false;
    try {
      const part = await ask(this.list, side);
      if (side === "following") putAfter(this.list, part);
      else putBefore(this.list, part);
    } catch {
      return false; // no connection, or no longer ours to read: the links say what is missing
    }
    if (this.list.dataset.following === undefined && this.list.dataset.previous === undefined) {
      for (const more of document.querySelectorAll("[data-more]")) more.remove();
    }
    return true;
  }
}

/**
 * @param {HTMLElement} list
 * @param {HTMLElement} part
 */
function putAfter(list, part) {
  move(list, part, "following");
  list.append(...fresh(list, part));
  tell(list);
}

/**
 * @param {HTMLElement} list
 * @param {HTMLElement} part
 */
function putBefore(list, part) {
  move(list, part, "previous");
  const read = lineInSight(list);
  const top = read?.getBoundingClientRect().top ?? 0;
  list.prepend(...fresh(list, part));
  if (read && !KEEPS_PLACE) window.scrollBy({ top: read.getBoundingClientRect().top - top, behavior: "instant" });
  tell(list);
}

/**
 * What must not move while lines are put before it; nothing, where none is on the screen.
 *
 * @param {HTMLElement} list
 * @returns {Element | undefined}
 */
export function lineInSight(list) {
  for (const share of [0.5, 0.25, 0.75]) {
    const there = document.elementsFromPoint(window.innerWidth / 2, window.innerHeight * share);
    const line = there.map((element) => element.closest("li")).find((item) => item && item.parentElement === list);
    if (line) return line;
  }
  return undefined;
}

/**
 * @param {HTMLElement} list
 * @param {Side} side
 * @returns {Promise<HTMLElement>}
 */
async function ask(list, side) {
  const address = new URL(list.dataset.url ?? "", window.location.href);
  address.searchParams.set(ASKED[side], list.dataset[side] ?? "");
  if (list.dataset.voice) address.searchParams.set("voix", list.dataset.voice);
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(String(answer.status));
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  return /** @type {HTMLElement} */ (holder.content.querySelector("[data-part]"));
}

/**
 * @param {HTMLElement} list
 * @param {HTMLElement} part
 * @param {Side} side
 */
function move(list, part, side) {
  const edge = part.dataset[side];
  if (edge === undefined) delete list.dataset[side];
  else list.dataset[side] = edge;
}

/**
 * What is not there yet; two lines that begin together share no identifier.
 *
 * @param {HTMLElement} list
 * @param {HTMLElement} part
 * @returns {Element[]}
 */
function fresh(list, part) {
  const lines = /** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll("[data-line]"));
  const there = new Set(Array.from(lines, (line) => line.dataset.line));
  const found = Array.from(part.children).filter(
    (element) => !(element instanceof HTMLElement && element.dataset.line && there.has(element.dataset.line)),
  );
  for (const element of found) {
    if (element.id && document.getElementById(element.id)) element.removeAttribute("id");
  }
  return found;
}

/** @param {HTMLElement} list */
function tell(list) {
  list.dispatchEvent(new CustomEvent("lines-changed"));
}
