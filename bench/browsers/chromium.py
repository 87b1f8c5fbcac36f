"""Chromium with a voice and a picture of its own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Playwright

FLAGS = (
    "--autoplay-policy=no-user-gesture-required",
    "--disable-gpu",
    "--mute-audio",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
    "--disable-features=Translate,OptimizationHints,MediaRouter",
)


Devices = Literal["allowed", "denied", "missing"]
DEVICE_FLAGS: dict[Devices, tuple[str, ...]] = {
    "allowed": ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"),
    "denied": ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream=deny"),
    "missing": ("--use-fake-ui-for-media-stream",),
}


async def launch_chromium(
    playwright: Playwright,
    *,
    wav: Path | None,
    video: Path | None,
    loop: bool,
    devices: Devices,
    headless: bool,
    frames_per_s: int | None = None,
) -> Browser:
    """One process for each voice: it is a flag of the process. `wav` is 48 kHz, mono, 16 bits; `video` Y4M or MJPEG.
    `frames_per_s` is that of the camera which is made up.
    """
    return await playwright.chromium.launch(
        executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
        headless=headless,
        args=[*FLAGS, *DEVICE_FLAGS[devices], *_camera(frames_per_s), *_sources(wav, video, loop=loop), *_sandbox()],
    )


def _camera(frames_per_s: int | None) -> list[str]:
    """The last of two flags of the same name counts."""
    return [f"--use-fake-device-for-media-stream=fps={frames_per_s}"] if frames_per_s else []


def _sources(wav: Path | None, video: Path | None, *, loop: bool) -> list[str]:
    sound = [f"--use-file-for-fake-audio-capture={wav}{'' if loop else '%noloop'}"] if wav else []
    picture = [f"--use-file-for-fake-video-capture={video}"] if video else []
    return sound + picture


def _sandbox() -> list[str]:
    """Chromium refuses to run as root with its sandbox."""
    return ["--no-sandbox"] if os.geteuid() == 0 else []
