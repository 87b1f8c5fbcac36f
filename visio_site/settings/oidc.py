"""The identity providers, as the environment names them."""

from __future__ import annotations

from accounts.providers import Provider
from visio_site.env import env, env_list, env_secret


def read_providers() -> tuple[Provider, ...]:
    """One, from `OIDC_OP_ISSUER` and the like; or those of `OIDC_PROVIDERS=internet,rie`, from `OIDC_RIE_OP_ISSUER`…"""
    keys = env_list("OIDC_PROVIDERS")
    if not keys:
        return (_read("proconnect", "OIDC"),)
    return tuple(_read(key, f"OIDC_{key.upper().replace('-', '_')}") for key in keys)


def _read(key: str, prefix: str) -> Provider:
    issuer = env(f"{prefix}_OP_ISSUER")
    return Provider(
        key=key,
        label=env(f"{prefix}_LABEL", key),
        realm=env(f"{prefix}_REALM", "proconnect"),
        issuer=issuer,
        authorization_endpoint=env(f"{prefix}_OP_AUTHORIZATION_ENDPOINT", f"{issuer}/authorize"),
        token_endpoint=env(f"{prefix}_OP_TOKEN_ENDPOINT", f"{issuer}/token"),
        userinfo_endpoint=env(f"{prefix}_OP_USER_ENDPOINT", f"{issuer}/userinfo"),
        jwks_endpoint=env(f"{prefix}_OP_JWKS_ENDPOINT", f"{issuer}/jwks"),
        logout_endpoint=env(f"{prefix}_OP_LOGOUT_ENDPOINT", f"{issuer}/session/end"),
        client_id=env(f"{prefix}_RP_CLIENT_ID"),
        client_secret=env_secret(f"{prefix}_RP_CLIENT_SECRET"),
        sign_algo=env(f"{prefix}_RP_SIGN_ALGO", "RS256"),
    )
