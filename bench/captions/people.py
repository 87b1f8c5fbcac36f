"""Who says words of a known end, in a browser, and who reads them, in another one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from playwright.async_api import Playwright

from bench.browsers.participant import Participant
from bench.captions.engine import LOWEST_HZ, NAMES, STEP_HZ, name_of

WORD_S, SPACE_S, PAUSE_S = 0.3, 0.25, 1.0  # of a word, between two, after four: a pause ends the line
WORDS_OF_A_LINE = 4
LONGEST_WAIT_S = 5.0

# The microphone is an oscillator. `__ends`: of each word, its number and its end in seconds of the Unix clock.
SPEAK = f"""(() => {{
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  let microphone;
  const open = () => {{
    const context = new AudioContext({{ sampleRate: 48000 }});
    const tone = new OscillatorNode(context);
    const gain = new GainNode(context, {{ gain: 0 }});
    const out = new MediaStreamAudioDestinationNode(context, {{ channelCount: 1 }});
    tone.connect(gain).connect(out);
    tone.start();
    window.__ends = [];
    let number = 0;
    let next = context.currentTime + 0.5;
    const plan = () => {{
      while (window.__speaks && next < context.currentTime + 1) {{
        next = Math.max(next, context.currentTime + 0.1);
        tone.frequency.setValueAtTime({LOWEST_HZ} + {STEP_HZ} * (number % {NAMES}), next - 0.02);
        gain.gain.setTargetAtTime(0.4, next, 0.002);
        gain.gain.setTargetAtTime(0, next + {WORD_S}, 0.002);
        const behind = next + {WORD_S} - context.currentTime;
        window.__ends.push([number, (performance.timeOrigin + performance.now()) / 1000 + behind]);
        number += 1;
        next += {WORD_S} + (number % {WORDS_OF_A_LINE} ? {SPACE_S} : {PAUSE_S});
      }}
    }};
    setInterval(plan, 50);
    return out.stream;
  }};
  navigator.mediaDevices.getUserMedia = async (wanted) => {{
    if (!wanted.audio) return real(wanted);
    microphone ??= open();
    const tracks = microphone.getAudioTracks().map((track) => track.clone());
    const video = wanted.video ? (await real({{ video: wanted.video }})).getVideoTracks() : [];
    return new MediaStream([...tracks, ...video]);
  }};
}})()"""

# `__read`: each word when it is first seen, in seconds of the Unix clock
READ = """() => {
  const list = document.querySelector("[data-caption-lines]");
  const counts = new WeakMap();
  window.__read = [];
  const look = () => {
    const now = (performance.timeOrigin + performance.now()) / 1000;
    for (const row of list.children) {
      const text = ["final", "partial"].map((key) => row.querySelector(`[data-text="${key}"]`).textContent).join(" ");
      const words = text.trim().split(/\\s+/).filter(Boolean);
      for (const word of words.slice(counts.get(row) ?? 0)) window.__read.push([word, now]);
      counts.set(row, words.length);
    }
  };
  new MutationObserver(look).observe(list, { subtree: true, childList: true, characterData: true });
}"""


@dataclass(slots=True)
class Speaker:
    person: Participant

    @classmethod
    async def enter(cls, person: Participant, link: str, name: str) -> Speaker:
        await person.page.add_init_script(SPEAK)
        await person.open_room(link)
        await person.join(name, raw_sound=True, camera=False)
        return cls(person)

    async def speak(self, *, on: bool) -> None:
        await self.person.page.evaluate("(on) => { window.__speaks = on; if (on) window.__ends = []; }", on)

    async def ends(self) -> list[tuple[int, float]]:
        return [(number, at) for number, at in await self.person.page.evaluate("window.__ends")]


@dataclass(slots=True)
class Reader:
    person: Participant

    @classmethod
    async def enter(cls, playwright: Playwright, link: str, name: str) -> Reader:
        person = await Participant.launch(playwright)
        await person.open_room(link)
        await person.join(name, camera=False)
        await person.page.click('[data-toolbar] [data-action="captions"]')
        await person.page.evaluate(READ)
        return cls(person)

    async def forget(self) -> None:
        await self.person.page.evaluate("() => { window.__read.length = 0; }")

    async def read(self) -> list[tuple[str, float]]:
        return [(word, at) for word, at in json.loads(await self.person.page.evaluate("JSON.stringify(window.__read)"))]


def waits(ends: Sequence[tuple[int, float]], read: Sequence[tuple[str, float]]) -> tuple[list[float], int]:
    """Seconds from the end of each word until it was read; and how many never were."""
    left, found, missing = list(read), [], 0
    for number, end in ends:
        seen = next(
            (one for one in left if one[0] == name_of(number) and end - 1 < one[1] < end + LONGEST_WAIT_S), None
        )
        if seen is None:
            missing += 1
            continue
        left.remove(seen)
        found.append(seen[1] - end)
    return found, missing
