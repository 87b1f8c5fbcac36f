"""The environment that Django, Celery and the commands of `exec` are given. Secrets go by file, never by value."""

from __future__ import annotations

import os

from visio_site.layout import NODE, ROOT, JanusNode, Layout
from visio_site.services import idp, mail, objects, postgres, redis

_LOOPBACK = ("localhost", "127.0.0.1")


def for_django(layout: Layout) -> dict[str, str]:
    return {
        "SPEECH_MODELS_DIR": str(ROOT / "transcripts" / "speech_models"),
        "OMP_NUM_THREADS": str(len(os.sched_getaffinity(0))),
        **_inherited(),
        "DJANGO_SETTINGS_MODULE": "visio_site.settings.dev",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "VISIO_VAR": str(layout.var),
        "PUBLIC_URL": layout.public_url,
        "SECRET_KEY_FILE": str(layout.secret_file("django-secret-key")),
        "MFA_ENCRYPTION_KEY_FILE": str(layout.secret_file("mfa-encryption-key")),
        "MINUTES_SIGNING_KEY_FILE": str(layout.secret_file("minutes-signing-key")),
        "DATABASE_URL": postgres.database_url(layout),
        "REDIS_URL": redis.url(layout),
        "S3_ENDPOINT_URL": objects.endpoint(layout),
        "S3_ACCESS_KEY": objects.ACCESS_KEY,
        "S3_SECRET_KEY_FILE": str(layout.secret_file("s3-secret-key")),
        "S3_REGION": objects.REGION,
        "S3_BUCKET": objects.BUCKET,
        "JANUS_NODE": NODE,
        "JANUS_NODES": ",".join(f"{node.name}=ws://127.0.0.1:{node.port}" for node in layout.nodes),
        "JANUS_RECORDINGS_DIRS": ",".join(f"{node.name}={node.recordings}" for node in layout.nodes[1:]),
        "JANUS_API_SECRET_FILE": str(layout.secret_file("janus-api-secret")),
        "JANUS_ADMIN_KEY_FILE": str(layout.secret_file("janus-admin-key")),
        "JANUS_ADMIN_SECRET_FILE": str(layout.secret_file("janus-admin-secret")),
        "JANUS_RECORDINGS_DIR": str(layout.recordings),
        "OIDC_OP_ISSUER": idp.issuer(layout),
        "OIDC_RP_CLIENT_ID": idp.CLIENT_ID,
        "OIDC_RP_CLIENT_SECRET_FILE": str(layout.secret_file("oidc-client-secret")),
        "SMTP_HOST": mail.HOST,
        "SMTP_PORT": str(layout.ports.mail),
        "VISIO_MAILBOX_URL": mail.mailbox_url(layout),
        "PYANNOTE_METRICS_ENABLED": "0",
        "HF_HUB_OFFLINE": "1",
    }


def beside(layout: Layout, node: JanusNode) -> dict[str, str]:
    """Of a worker on the machine of `node`."""
    return for_django(layout) | {"JANUS_NODE": node.name, "JANUS_RECORDINGS_DIR": str(node.recordings)}


def _inherited() -> dict[str, str]:
    """The caller's, so that any setting can be given to `make run`; without what would lead our own doors astray."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    direct = ",".join([*_LOOPBACK, *filter(None, [os.environ.get("NO_PROXY")])])
    return {**kept, "NO_PROXY": direct, "no_proxy": direct}
