"""The configuration files of OpenStack Swift: one disk, one copy, S3 in front."""

from __future__ import annotations

from pathlib import Path

# symlink is what versioning stands on; s3api comes before the authentication that it speaks for.
PIPELINE = (
    "catch_errors gatekeeper healthcheck proxy-logging listing_formats bulk s3api tempauth slo dlo "
    "versioned_writes symlink copy proxy-logging proxy-server"
)


def shared(hash_secret: str) -> str:
    return f"""[swift-hash]
swift_hash_path_prefix = {hash_secret}
swift_hash_path_suffix = visio
[storage-policy:0]
name = default
default = yes
"""


def storage_server(kind: str, *, port: int, user: str, folder: Path) -> str:
    """`kind` is account, container or object."""
    return f"""{_default(port, user, folder)}
[pipeline:main]
pipeline = healthcheck {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
recon_cache_path = {folder}
[filter:healthcheck]
use = egg:swift#healthcheck
"""


def proxy_server(*, port: int, user: str, folder: Path, secret: str, region: str) -> str:
    # No cache filter: it wants a memcached, for the tokens of Swift's own API, which has no business here.
    # Browsers upload from any page: what lets them is the signed address, and no cookie goes along.
    # Timeouts: the defaults (0.5 s to connect) turn a busy laptop into errors 503.
    return f"""{_default(port, user, folder)}
cors_allow_origin = *
[pipeline:main]
pipeline = {PIPELINE}
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
conn_timeout = 5
node_timeout = 30
[filter:tempauth]
use = egg:swift#tempauth
user_visio_app = {secret} .admin
[filter:s3api]
use = egg:swift#s3api
location = {region}
cors_preflight_allow_origin = *
dns_compliant_bucket_names = true
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_object_versioning = true
[filter:proxy-logging]
use = egg:swift#proxy_logging
{_filters("catch_errors", "gatekeeper", "healthcheck", "listing_formats", "bulk", "slo", "dlo", "symlink", "copy")}
"""


def _default(port: int, user: str, folder: Path) -> str:
    # workers = 0: no fork, one process each. The log goes to the console (-v): port 9 keeps it from the host's syslog.
    return f"""[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
user = {user}
swift_dir = {folder}
devices = {folder.parent / "devices"}
mount_check = false
disable_fallocate = true
log_level = WARNING
log_udp_host = 127.0.0.1
log_udp_port = 9"""


def _filters(*names: str) -> str:
    return "\n".join(f"[filter:{name}]\nuse = egg:swift#{name}" for name in names)
