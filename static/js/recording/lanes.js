/** @file The lanes of the voices: where one is in them, going to a place, and hearing some people only. */

/**
 * @param {HTMLElement} lanes
 * @param {object} hooks
 * @param {(share: number) => void} hooks.goTo from 0 to 1
 * @param {import("./voices.js").Voices | null} hooks.voices null where they are mixed
 */
export function listenToLanes(lanes, { goTo, voices }) {
  lanes.toggleAttribute("data-ready", true);
  lanes.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const wave = target?.closest("[data-wave]");
    if (wave) {
      const { left, width } = wave.getBoundingClientRect();
      goTo((event.clientX - left) / width);
    }
    const button = target?.closest("[data-lane]");
    if (button instanceof HTMLElement && voices) {
      const isMuted = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(isMuted));
      voices.setLaneMuted(Number(button.dataset.lane), isMuted);
    }
  });
  for (const button of lanes.querySelectorAll("[data-lane]")) button.toggleAttribute("hidden", !voices);
}

/**
 * @param {HTMLElement} lanes
 * @param {number} share from 0 to 1
 */
export function drawPlace(lanes, share) {
  lanes.style.setProperty("--at", share.toFixed(4));
}
