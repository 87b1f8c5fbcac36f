/** @file The lists of cameras, microphones and speakers, wherever the page shows them. */

import { listDevices, maySelectSpeaker } from "../devices.js";
import { findAll } from "./dom.js";

/** @typedef {import("../devices.js").Kind} Kind */
/** @typedef {import("../media.js").LocalMedia} LocalMedia */
/** @typedef {import("../words.js").Words} Words */

const KINDS = /** @type {const} */ (["camera", "microphone", "speaker"]);

/**
 * Fill the lists, follow what is plugged in, and hand the choices to `media`.
 *
 * @param {LocalMedia} media
 * @param {Words} words
 */
export function connectDevicePickers(media, words) {
  for (const group of findAll(document, '[data-group="speaker"]', HTMLElement)) group.hidden = !maySelectSpeaker();
  for (const kind of KINDS) {
    for (const select of selectsOf(kind)) {
      select.addEventListener("change", () => void media.choose({ [kind]: select.value }));
    }
  }
  for (const box of cleaningBoxes()) {
    box.addEventListener("change", () => void media.choose({ cleaning: box.checked }));
  }
  const refresh = () => void fill(media, words);
  navigator.mediaDevices?.addEventListener("devicechange", refresh);
  media.addEventListener("change", refresh);
  refresh();
}

/**
 * @param {LocalMedia} media
 * @param {Words} words
 */
async function fill(media, words) {
  const devices = await listDevices();
  for (const kind of KINDS) {
    const current = kind === "speaker" ? media.choices.speaker : usedBy(media.tracks[kind]) || media.choices[kind];
    for (const select of selectsOf(kind)) fillSelect(select, devices[kind], current, words);
  }
  for (const box of cleaningBoxes()) box.checked = media.choices.cleaning;
}

/** @param {MediaStreamTrack | null} track */
function usedBy(track) {
  return track?.getSettings().deviceId ?? "";
}

/**
 * @param {HTMLSelectElement} select
 * @param {MediaDeviceInfo[]} devices
 * @param {string} current
 * @param {Words} words
 */
function fillSelect(select, devices, current, words) {
  const options = devices.map(({ deviceId, label }) => new Option(label, deviceId, false, deviceId === current));
  if (options.length === 0) options.push(new Option(words.noDevice, ""));
  const before = [...select.options].map(({ value }) => value);
  const same = before.join("\n") === options.map(({ value }) => value).join("\n");
  if (same) select.value = options.find(({ selected }) => selected)?.value ?? select.value;
  else select.replaceChildren(...options); // not while it is the same: an open list would close
  select.disabled = devices.length === 0;
}

/** @param {Kind} kind */
function selectsOf(kind) {
  return findAll(document, `[data-select="${kind}"]`, HTMLSelectElement);
}

function cleaningBoxes() {
  return findAll(document, '[data-input="cleaning"]', HTMLInputElement);
}

/**
 * Play everything through the chosen speaker, where the browser lets one choose.
 *
 * @param {HTMLMediaElement} element
 * @param {string} speaker
 */
export async function playThrough(element, speaker) {
  if (!maySelectSpeaker() || element.sinkId === speaker) return;
  await element.setSinkId(speaker).catch(() => element.setSinkId("")); // unplugged since: the system's own
}
