"""The folder that one Janus reads at its start: an allow-list of what it loads, and loopback."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from meetings.janus.tree import JanusTree
from meetings.janus.versions import Version, has_consent_freshness

PLUGINS = {"plugins": ("videoroom",), "transports": ("websockets",), "events": (), "loggers": ()}
# Where Janus may not record, as in its own sample configuration.
PROTECTED_FOLDERS = ("/bin", "/boot", "/dev", "/etc", "/lib", "/lib64", "/proc", "/sbin", "/sys", "/usr", "/var")


@dataclass(frozen=True, slots=True)
class JanusConfig:
    tree: JanusTree
    node: str
    port: int
    admin_port: int
    rtp_ports: str
    ice_address: str | None  # None: no media, which the caller has told people
    recordings: Path
    api_secret: str
    admin_secret: str
    admin_key: str


def write_config(config: JanusConfig, folder: Path) -> None:
    """Replace `folder` by a configuration for `janus -F folder`. It holds secrets: mode 0700, files 0600.

    Raises FileNotFoundError where Janus is not installed.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    for kind, names in PLUGINS.items():
        (folder / kind).mkdir(mode=0o700)
        for name in names:
            # Janus opens every library in these folders: symbolic links make them an allow-list.
            (folder / kind / f"libjanus_{name}.so").symlink_to(config.tree.library(kind, name))
    files = {
        "janus.jcfg": _core(config, folder),
        "janus.transport.websockets.jcfg": _websockets(config),
        "janus.plugin.videoroom.jcfg": _videoroom(config),
    }
    for name, text in files.items():
        path = folder / name
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")


def protected_folders(recordings: Path) -> list[str]:
    """Without those which hold our own recordings: a checkout may well be below /var."""
    return [folder for folder in PROTECTED_FOLDERS if not recordings.is_relative_to(folder)]


def _core(config: JanusConfig, folder: Path) -> str:
    protected = ", ".join(f'"{folder}"' for folder in protected_folders(config.recordings))
    enforced = f'ice_enforce_list = "{config.ice_address}"' if config.ice_address else ""
    interface = f'interface = "{config.ice_address}"' if config.ice_address else ""
    # session_timeout: a session must be heard of within 60 s; our client sends a keepalive every 10.
    # reclaim_session_timeout: so long after its last request, a session whose WebSocket is gone is dropped. Meanwhile
    #   its media flow, and the web process that comes next may claim it (signalling/parking.py). It counts from the
    #   last keepalive: 50 s at least.
    # debug_level: 3 is warnings. From 4 on, SDP and identifiers appear.
    # recordings_tmp_ext: a file that still grows ends in .mjr.tmp.
    return f"""general: {{
  configs_folder = "{folder}"
  plugins_folder = "{folder}/plugins"
  transports_folder = "{folder}/transports"
  events_folder = "{folder}/events"
  loggers_folder = "{folder}/loggers"
  server_name = "{config.node}"
  {interface}
  api_secret = "{config.api_secret}"
  admin_secret = "{config.admin_secret}"
  session_timeout = 60
  reclaim_session_timeout = 60
  debug_level = 3
  debug_timestamps = true
  debug_colors = false
  hide_dependencies = true
  recordings_tmp_ext = "tmp"
  protected_folders = [{protected}]
}}
certificates: {{ }}
media: {{
  ipv6 = false
  rtp_port_range = "{config.rtp_ports}"
  no_media_timer = 2
  slowlink_threshold = 4
}}
nat: {{
  ice_lite = true
  ignore_mdns = true
  {enforced}
{_liveness(config.tree.version)}
}}
plugins: {{ }}
transports: {{ }}
events: {{
  broadcast = false
}}
"""


def _liveness(version: Version) -> str:
    """A peer that died without a word is seen after 6 s, and its media end then; before 1.2, Janus never sees it."""
    return "  ice_consent_freshness = true\n  hangup_on_failed = true" if has_consent_freshness(version) else ""


def _websockets(config: JanusConfig) -> str:
    # No pingpong_trigger: libwebsockets 4.1.6 answers our client's ping with other bytes when its own is due at that
    #   moment, and the client, which hears no answer, gives up a connection that carries every call of the node.
    return f"""general: {{
  json = "compact"
  ws = true
  ws_ip = "127.0.0.1"
  ws_port = {config.port}
  wss = false
}}
admin: {{
  admin_ws = true
  admin_ws_ip = "127.0.0.1"
  admin_ws_port = {config.admin_port}
  admin_wss = false
}}
certificates: {{ }}
"""


def _videoroom(config: JanusConfig) -> str:
    # admin_key: needed to create rooms. lock_rtp_forward: and to send media elsewhere. No static room.
    return f"""general: {{
  admin_key = "{config.admin_key}"
  lock_rtp_forward = true
  string_ids = true
}}
"""
