"""Every address of Visio, as the resolver knows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True, slots=True)
class Address:
    """`name` with its namespace; `arguments` in the order of the route."""

    name: str
    route: str
    arguments: tuple[str, ...]


def every_address() -> list[Address]:
    return sorted(_under(get_resolver(), "", ""), key=lambda address: address.route)


def _under(resolver: URLResolver, route: str, namespace: str) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        here = route + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _under(entry, here, inner)
        elif isinstance(entry, URLPattern):
            names = tuple(entry.pattern.regex.groupindex) or tuple(getattr(entry.pattern, "converters", {}))
            yield Address(f"{namespace}{entry.name or ''}", here, names)
