"""The cast of all tests, as rows: Claire (organiser), Bilal (agent), Chen (outsider), Dora (DPO)."""

from __future__ import annotations

from accounts.models import Institution, User
from meetings import actions
from meetings.models import Room

CAST = {
    "claire": ("Claire", "Fontaine", "13002526500013", "DINUM"),
    "bilal": ("Bilal", "Mercier", "13002526500013", "DINUM"),
    "chen": ("Chen", "Garnier", "18008901303720", "CNRS"),
    "dora": ("Dora", "Petit", "13002526500013", "DINUM"),
}


def make_agent(name: str) -> User:
    given_name, usual_name, siret, label = CAST[name]
    institution, _ = Institution.objects.get_or_create(siret=siret, defaults={"label": label})
    user, _ = User.objects.get_or_create(
        sub=f"sub-{name}",
        defaults={
            "given_name": given_name,
            "usual_name": usual_name,
            "email": f"{name}@example.gouv.fr",
            "institution": institution,
        },
    )
    return user


def make_room(organiser: User, title: str = "Point hebdomadaire") -> Room:
    return actions.create_room(title, actor=organiser)
