"""`python -m transcripts.live NODE`: the captions of the meetings on one media node."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal

import django


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("node")
    node = parser.parse_args().node
    django.setup()
    asyncio.run(_run(node))


async def _run(node: str) -> None:
    from django.conf import settings

    from transcripts.live.choice import open_engine
    from transcripts.live.service import Service

    engine = open_engine(settings)
    service = Service(
        node,
        settings.JANUS_NODES[node],
        settings.JANUS_API_SECRET,
        engine,
        most=settings.CAPTIONS_MEETINGS_MAX,
        language=settings.CAPTIONS_LANGUAGE or None,
    )
    work = asyncio.ensure_future(service.run())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, work.cancel)
    logging.getLogger(__name__).info("captions of %s", node)
    try:
        await work
    except asyncio.CancelledError:
        pass
    finally:
        await engine.close()


if __name__ == "__main__":
    main()
