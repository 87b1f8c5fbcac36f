"""Agents of one's own institution. Elsewhere an e-mail proves nobody: two providers may give the same."""

from __future__ import annotations

from functools import reduce

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from accounts.models import User

MOST = 20


def colleagues(user: User) -> QuerySet[User]:
    if user.institution is None:
        return User.objects.none()
    return User.objects.filter(institution=user.institution, is_active=True)


def search(user: User, words: str) -> list[User]:
    """By the beginning of any of their names; every word counts. At most MOST, `user` left out."""
    written = words.replace("\x00", " ").split()[:5]
    if not written:
        return []
    each = [Q(given_name__istartswith=word) | Q(usual_name__istartswith=word) for word in written]
    found = colleagues(user).filter(reduce(Q.__and__, each)).exclude(pk=user.pk)
    return list(found.order_by("usual_name", "given_name")[:MOST])


def by_address(user: User, addresses: list[str]) -> tuple[dict[str, User], list[str]]:
    """Colleagues by lower-case e-mail, and the addresses that are nobody's, or several people's."""
    wanted = {address.lower() for address in addresses}
    found: dict[str, list[User]] = {}
    for person in colleagues(user).annotate(address=Lower("email")).filter(address__in=wanted):
        found.setdefault(person.email.lower(), []).append(person)
    known = {address: people[0] for address, people in found.items() if len(people) == 1}
    return known, [address for address in addresses if address.lower() not in known]
