"""What a browser receives, read from the statistics of its own connections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Kept by the driver, so that the page needs no door for tests; not once they are closed: memory is measured, too.
KEEP_CONNECTIONS = """
window.__connections = [];
window.__connectionsMade = 0;
window.RTCPeerConnection = class extends window.RTCPeerConnection {
  number = ++window.__connectionsMade;
  constructor(...options) {
    super(...options);
    window.__connections.push(this);
  }
  close() {
    super.close();
    window.__connections = window.__connections.filter((one) => one !== this);
  }
};
"""
READ_RECEIVED = """async () => {
  const origins = {};
  for (const element of document.querySelectorAll("audio[data-participant], [data-tile][data-participant] video")) {
    const owner = element.closest("[data-participant]");
    const picture = element.closest(".tile--screen") ? "screen" : "camera";
    const source = element.matches("audio") ? element.dataset.source : picture;
    const track = element.srcObject?.getTracks()[0];
    if (track) origins[track.id] = { participant: owner.dataset.participant, source };
  }
  const names = {};
  for (const row of document.querySelectorAll("[data-list=people] [data-participant]"))
    names[row.dataset.participant] = row.querySelector("[data-text=name]").textContent;
  const received = [];
  for (const connection of window.__connections) {
    for (const report of (await connection.getStats()).values()) {
      const origin = report.type === "inbound-rtp" ? origins[report.trackIdentifier] : undefined;
      if (!origin) continue;
      received.push({
        name: names[origin.participant] ?? origin.participant,
        source: origin.source,
        bytes: report.bytesReceived ?? 0,
        packets: report.packetsReceived ?? 0,
        frames: report.framesDecoded ?? 0,
        energy: report.totalAudioEnergy ?? 0,
        lost: report.packetsLost ?? 0,
      });
    }
  }
  return received;
}"""


@dataclass(frozen=True, slots=True)
class Received:
    """Since the connection was made. `energy` is the sum of squared samples × seconds: 0 is silence."""

    bytes: int
    frames: int
    energy: float
    lost: int


Media = dict[str, dict[str, Received]]  # name of the person → source → what came of it


def read_media(received: list[dict[str, Any]]) -> Media:
    media: Media = {}
    for one in received:
        values = Received(int(one["bytes"]), int(one["frames"]), float(one["energy"]), int(one["lost"]))
        media.setdefault(one["name"], {})[one["source"]] = values
    return media


def is_flowing(before: Mapping[str, Received], after: Mapping[str, Received], *sources: str) -> bool:
    """Whether every one of `sources` brought more between two looks: bytes of sound, decoded frames of pictures."""
    return all(_grew(before.get(source), after.get(source), source) for source in sources)


def _grew(before: Received | None, after: Received | None, source: str) -> bool:
    if after is None:
        return False
    start = before or Received(0, 0, 0.0, 0)
    return after.bytes > start.bytes if source in {"microphone", "sound"} else after.frames > start.frames
