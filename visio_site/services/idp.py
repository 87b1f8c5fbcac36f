"""The identity provider of development: deploy/idp, shaped like ProConnect."""

from __future__ import annotations

import functools
import os

from visio_site.layout import ROOT, Layout
from visio_site.probes import answers_http
from visio_site.units import Child

CLIENT_ID = "visio-dev"
FOLDER = ROOT / "deploy" / "idp"


def child(layout: Layout) -> Child:
    env = {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),  # `node` may well be somewhere of the user's
        "NODE_ENV": "production",
        "IDP_PORT": str(layout.ports.idp),
        "IDP_ISSUER": issuer(layout),
        "IDP_KEYS": str(layout.var / "idp" / "keys.json"),
        "RP_ORIGINS": ",".join(_origins(layout)),
        "RP_CLIENT_ID": CLIENT_ID,
        "RP_CLIENT_SECRET_FILE": str(layout.secret_file("oidc-client-secret")),
    }
    return Child(
        name="idp",
        command=("node", str(FOLDER / "idp.mjs")),
        env=env,
        hushed=("oidc-provider WARNING",),  # "for development only": so is this
        ports=(layout.ports.idp,),
        prepare=lambda: (layout.var / "idp").mkdir(mode=0o700, exist_ok=True),
        probe=functools.partial(answers_http, f"{issuer(layout)}/.well-known/openid-configuration"),
    )


def issuer(layout: Layout) -> str:
    return f"http://localhost:{layout.ports.idp}/api/v2"


def _origins(layout: Layout) -> list[str]:
    """Where it may send people back to: the public address, and both names of this machine."""
    local = [f"http://{host}:{layout.ports.web}" for host in ("localhost", "127.0.0.1")]
    return list(dict.fromkeys([layout.public_url, *local]))
