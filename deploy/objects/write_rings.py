"""Swift's rings for one disk on one machine: `python write_rings.py FOLDER ACCOUNT_PORT CONTAINER_PORT OBJECT_PORT`.

Run by the object store's own Python: it is the one that has Swift.
"""

from __future__ import annotations

import sys
from pathlib import Path

from swift.common.ring import RingBuilder  # type: ignore[import-not-found]

PART_POWER = 4  # 16 partitions: one disk
REPLICAS = 1
MIN_PART_HOURS = 1


def write_ring(folder: Path, name: str, port: int) -> None:
    builder = RingBuilder(PART_POWER, REPLICAS, MIN_PART_HOURS)
    where = {"ip": "127.0.0.1", "port": port, "replication_ip": "127.0.0.1", "replication_port": port}
    builder.add_dev({"id": 0, "region": 1, "zone": 1, "weight": 1.0, "device": "d1", "meta": "", **where})
    builder.rebalance()
    builder.get_ring().save(str(folder / f"{name}.ring.gz"))


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    for name, port in zip(("account", "container", "object"), sys.argv[2:], strict=True):
        write_ring(Path(sys.argv[1]), name, int(port))
