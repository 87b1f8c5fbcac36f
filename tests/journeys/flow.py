"""How long nothing came: each browser looks at its own statistics, ten times a second.

A page that is held up does not look; what came meanwhile tells how much of that time was a gap: a packet of sound is
20 ms of it, a picture at least LEAST_FPS a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from bench.browsers.media import READ_RECEIVED
from bench.browsers.participant import Participant

PACKET_MS = 20
LEAST_FPS = 8
WATCH = f"""() => {{
  const read = {READ_RECEIVED};
  const flows = {{}};
  window.__flows = flows;
  const look = async () => {{
    const received = await read();
    const now = performance.now();
    for (const {{ name, source, packets, frames }} of received) {{
      const [count, each] = source === "microphone" ? [packets, {PACKET_MS}] : [frames, {1000 / LEAST_FPS}];
      const flow = (flows[`${{name}}, ${{source}}`] ??= {{ count, at: now, silent: 0, worst: 0 }});
      const grown = count - flow.count;
      flow.silent += Math.max(0, now - flow.at - Math.max(0, grown) * each);
      flow.worst = Math.max(flow.worst, flow.silent);
      if (grown) flow.silent = 0;
      Object.assign(flow, {{ count, at: now }});
    }}
    if (window.__flows === flows) setTimeout(look, 100);
  }};
  void look();
}}"""
READ = """() => Object.fromEntries(Object.entries(window.__flows).map(([name, { worst }]) => [name, worst / 1000]))"""
HOLD_UP = """(ms) => { const end = performance.now() + ms; while (performance.now() < end); }"""


async def watch(people: Iterable[Participant]) -> None:
    """From here on; what was seen before is forgotten."""
    await asyncio.gather(*(person.page.evaluate(WATCH) for person in people))


async def longest_gap(person: Participant) -> dict[str, float]:
    """By person and source, the longest time in which nothing of it came; until now, if nothing does now."""
    gaps: dict[str, float] = await person.page.evaluate(READ)
    return gaps


async def hold_up(person: Participant, seconds: float) -> None:
    """Their page does nothing meanwhile; what it receives goes on."""
    await person.page.evaluate(HOLD_UP, seconds * 1000)


async def usual_gap(people: Sequence[Participant]) -> float:
    """The worst of five quiet seconds: how far these browsers are behind by themselves, on this machine, now."""
    await watch(people)
    await asyncio.sleep(5)
    return await worst_gap(people)


async def worst_gap(people: Iterable[Participant]) -> float:
    found = await asyncio.gather(*(longest_gap(person) for person in people))
    return max(gap for gaps in found for gap in gaps.values())
