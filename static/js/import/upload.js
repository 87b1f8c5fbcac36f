/**
 * @file Sends a file to the store, part by part, by addresses that Visio signs. What is cut off is tried again; after a
 * reload the same file goes on where it stopped, since the store tells which parts it has.
 */

import { megabytes, missingParts, percentOf } from "./parts.js";

const FIRST_DELAY_MS = 1_000;
const LAST_DELAY_MS = 30_000;

/** @typedef {{address?: string, parts?: number[], error?: string, words?: string}} Answer */
/** @typedef {Record<"sending" | "waiting" | "checking" | "choose" | "failed", string>} Sentences */

/** A refusal, with the sentence for who reads the page. */
class Refused extends Error {}

/** @param {HTMLFormElement} form */
export function offerUpload(form) {
  const sentences = JSON.parse(document.getElementById("import-sentences")?.textContent ?? "{}");
  const input = form.querySelector("[data-file]");
  const button = form.querySelector("[data-send]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const file = input instanceof HTMLInputElement ? input.files?.[0] : undefined;
    if (file) {
      button?.toggleAttribute("disabled", true);
      void send(form, file, sentences).finally(() => button?.toggleAttribute("disabled", false));
    } else {
      complain(form, sentences.choose);
    }
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {File} file
 * @param {Sentences} sentences
 */
async function send(form, file, sentences) {
  complain(form, "");
  const leave = (/** @type {BeforeUnloadEvent} */ event) => event.preventDefault();
  window.addEventListener("beforeunload", leave);
  try {
    await sendParts(form, file, sentences);
    tell(form, 100, sentences.checking);
    await ask(form, form.dataset.finishUrl ?? "", {});
    window.removeEventListener("beforeunload", leave);
    window.location.reload();
  } catch (error) {
    complain(form, error instanceof Refused && error.message ? error.message : sentences.failed);
  } finally {
    window.removeEventListener("beforeunload", leave);
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {File} file
 * @param {Sentences} sentences
 */
async function sendParts(form, file, sentences) {
  const chosen = { name: file.name, size: file.size };
  const answer = await persist(form, sentences, () => ask(form, form.dataset.fileUrl ?? "", chosen));
  const left = missingParts(file.size, Number(form.dataset.partBytes), answer.parts ?? []);
  for (let part = left[0]; part; part = left[0]) {
    const { number, start, end } = part;
    await persist(form, sentences, async () => {
      const { address } = await ask(form, (form.dataset.partUrl ?? "").replace("/0/", `/${number}/`), {});
      await put(address ?? "", file.slice(start, end), (sent) => show(form, file, left, sent, sentences));
      return {};
    });
    left.shift();
    show(form, file, left, 0, sentences);
  }
}

/**
 * Again and again while the network or the store is away; a refusal ends it.
 *
 * @param {HTMLFormElement} form
 * @param {Sentences} sentences
 * @param {() => Promise<Answer>} work
 */
async function persist(form, sentences, work) {
  for (let delay = FIRST_DELAY_MS; ; delay = Math.min(delay * 2, LAST_DELAY_MS)) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Refused) throw error;
      tell(form, null, sentences.waiting);
      await new Promise((resolve) => window.setTimeout(resolve, delay));
    }
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {string} url
 * @param {object} body
 * @returns {Promise<Answer>}
 */
async function ask(form, url, body) {
  const token = form.querySelector("[name=csrfmiddlewaretoken]");
  const answer = await fetch(url, {
    method: "POST",
    body: JSON.stringify(body),
    headers: {
      "accept": "application/json",
      "content-type": "application/json",
      "x-csrftoken": token instanceof HTMLInputElement ? token.value : "",
    },
  });
  if (answer.ok) return answer.json();
  if (answer.status >= 500) throw new Error(String(answer.status));
  const told = await answer.json().catch(() => ({}));
  throw new Refused(told.words ?? "");
}

/**
 * `fetch` does not tell how much was sent.
 *
 * @param {string} address
 * @param {Blob} part
 * @param {(sent: number) => void} progress
 */
function put(address, part, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", address);
    request.upload.addEventListener("progress", (event) => progress(event.loaded));
    request.addEventListener("load", () =>
      request.status === 200 ? resolve(undefined) : reject(new Error(String(request.status))),
    );
    request.addEventListener("error", () => reject(new Error("network")));
    request.send(part);
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {File} file
 * @param {{start: number, end: number}[]} left
 * @param {number} sent
 * @param {Sentences} sentences
 */
function show(form, file, left, sent, sentences) {
  const percent = percentOf(file.size, left, sent);
  const language = document.documentElement.lang;
  const text = sentences.sending
    .replace("{percent}", String(percent))
    .replace("{total}", megabytes(file.size, language));
  tell(form, percent, text);
}

/**
 * @param {HTMLFormElement} form
 * @param {number | null} percent null: as it was
 * @param {string} text
 */
function tell(form, percent, text) {
  form.querySelector("[data-progress-group]")?.removeAttribute("hidden");
  if (percent !== null) form.querySelector("[data-bar]")?.setAttribute("value", String(percent));
  const status = form.querySelector("[data-status]");
  if (status && status.textContent !== text) status.textContent = text;
}

/**
 * @param {HTMLFormElement} form
 * @param {string} text none: nothing is wrong
 */
function complain(form, text) {
  const box = form.querySelector("[data-error]");
  box?.toggleAttribute("hidden", !text);
  const sentence = box?.querySelector("p");
  if (sentence) sentence.textContent = text;
}
