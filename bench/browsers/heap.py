"""What a page keeps, read from a snapshot of its heap: objects, elements, connections, tracks."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from playwright.async_api import CDPSession

CHUNK = "HeapProfiler.addHeapSnapshotChunk"


@dataclass(frozen=True, slots=True)
class Heap:
    kept_mb: float
    compiled_mb: float  # by the browser, of what runs often: more of it the longer a page is used, whatever it keeps


async def read_heap(debugger: CDPSession) -> Heap:
    for _ in range(3):
        await debugger.send("HeapProfiler.collectGarbage")
        await asyncio.sleep(0.1)
    chunks: list[str] = []

    def receive(event: dict[str, str]) -> None:
        chunks.append(event["chunk"])

    debugger.on(CHUNK, receive)
    await debugger.send("HeapProfiler.takeHeapSnapshot", {"reportProgress": False})
    debugger.remove_listener(CHUNK, receive)
    return sizes(json.loads("".join(chunks)))


def sizes(snapshot: dict[str, Any]) -> Heap:
    """Of a snapshot in the format that Chromium's developer tools save: nodes are rows in one flat list."""
    meta, nodes = snapshot["snapshot"]["meta"], snapshot["nodes"]
    fields: list[str] = meta["node_fields"]
    types = nodes[fields.index("type") :: len(fields)]
    bytes_of = nodes[fields.index("self_size") :: len(fields)]
    code = meta["node_types"][fields.index("type")].index("code")
    compiled = sum(size for kind, size in zip(types, bytes_of, strict=True) if kind == code)
    return Heap((sum(bytes_of) - compiled) / 1e6, compiled / 1e6)
