"""Janus, the embedded media gateway: its configuration is written anew at each start."""

from __future__ import annotations

import asyncio
import functools
import json
import os
import subprocess
from pathlib import Path

from meetings.errors import MediaUnavailable
from meetings.janus.asking import videoroom_answers
from meetings.janus.client import JanusClient
from meetings.janus.config import JanusConfig, write_config
from meetings.janus.tree import JanusTree
from meetings.janus.versions import UNKNOWN, Version
from visio_site import priority
from visio_site.account import Account, account_named
from visio_site.janus_choice import chosen_tree
from visio_site.layout import JanusNode, Layout, own_folder
from visio_site.probes import TIMEOUT_S
from visio_site.progress import CannotGoOn
from visio_site.units import Child


def children(layout: Layout) -> list[Child]:
    tree = chosen_tree()
    account = account_named("nobody", layout.var, tree.root)
    return [_child(layout, node, account, tree) for node in layout.nodes]


def _child(layout: Layout, node: JanusNode, account: Account, tree: JanusTree) -> Child:
    folder = layout.var / "janus" / node.name
    return Child(
        name=node.unit("janus"),
        command=(str(tree.program), "-F", str(folder)),
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        prefix=account.prefix,
        niceness=priority.FIRST,
        prepare=functools.partial(_prepare, layout, node, folder, account, tree),
        probe=functools.partial(_answers, layout, node),
        watched=True,  # 1.1.2 has deadlocks that leave the process up and deaf
        hushed=("Reclaim session timeouts", "mDNS resolution disabled", "any STUN server"),  # all as we want it
        ports=(node.port, node.admin_port),
    )


def ice_address() -> str | None:
    """Where browsers send their media: the setting, or the first global IPv4 address of this host.

    Raises CannotGoOn when the setting is no address of this host: Janus could not listen on it.
    """
    answer = subprocess.run(["ip", "-json", "-4", "addr", "show", "up"], capture_output=True, check=True)
    found = [address for link in json.loads(answer.stdout) for address in link.get("addr_info", [])]
    addresses = [address["local"] for address in found if address["scope"] == "global"]
    given = os.environ.get("VISIO_ICE_ADDRESS")
    if given and given not in addresses:
        raise CannotGoOn(
            f"VISIO_ICE_ADDRESS : {given} n'est pas une adresse de cette machine ({', '.join(addresses)}).",
            f"VISIO_ICE_ADDRESS: {given} is not an address of this machine ({', '.join(addresses)}).",
        )
    return given or next(iter(addresses), None)


def _prepare(layout: Layout, node: JanusNode, folder: Path, account: Account, tree: JanusTree) -> None:
    config = JanusConfig(
        tree=tree,
        node=node.name,
        port=node.port,
        admin_port=node.admin_port,
        rtp_ports=node.rtp_ports,
        ice_address=ice_address(),
        recordings=node.recordings,
        api_secret=layout.secret("janus-api-secret"),
        admin_secret=layout.secret("janus-admin-secret"),
        admin_key=layout.secret("janus-admin-key"),
    )
    for owned in (folder.parent, node.recordings.parent, node.recordings):
        own_folder(owned, account.uid, account.gid)
    try:
        write_config(config, folder)
    except FileNotFoundError as error:
        raise CannotGoOn(
            f"Le paquet Debian « janus » manque : {error}", f"Debian's package janus is missing: {error}"
        ) from error
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


async def running_version(layout: Layout) -> Version:
    """What the Janus that runs says of itself; UNKNOWN when it does not answer."""
    try:
        client = await JanusClient.connect(f"ws://127.0.0.1:{layout.ports.janus}", layout.secret("janus-api-secret"))
    except MediaUnavailable:
        return UNKNOWN
    await client.close()
    return client.version


async def _answers(layout: Layout, node: JanusNode) -> bool:
    """Its VideoRoom too, which the core would outlive."""
    try:
        async with asyncio.timeout(TIMEOUT_S):
            return await videoroom_answers(f"ws://127.0.0.1:{node.port}", layout.secret("janus-api-secret"))
    except TimeoutError:
        return False
