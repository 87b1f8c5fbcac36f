"""What officers read when something is not done, and what each kind of request asks of them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from governance.models import PersonRequest

Kind = PersonRequest.Kind


def refusal(code: str) -> str:
    words = {
        "closed": _("This request is closed."),
        "identity": _("First say how the identity of the person was checked."),
        "no-extension": _("The time limit can be extended once, before the first month is over."),
        "elsewhere": _("Some of this is not of your institutions."),
        "nobody": _("First choose what is the person’s."),
        "of-proconnect": _("This name comes from ProConnect: it is corrected at its identity provider."),
        "approved": _("Approved minutes are sealed: take them up again first, with their organiser."),
        "erased": _("This was asked for already: see the proof."),
        "confirm": _("Type the reference of the request to confirm."),
    }
    return words.get(code, _("It was not done."))


def conflict(code: str) -> str:
    """Why something stays when a person is erased: codes of `governance.erasure`."""
    words = {
        "held": _("A legal hold keeps it: it is erased once the hold is lifted or ends."),
        "nameless": _("Approved minutes keep the words, without the name, as the policy of the institution says."),
        "named-in-seal": _("Minutes that were approved under an older form of the seal name who did: it stays."),
        "organises": _("Rooms that the person organises stay: hand them over to somebody else first."),
    }
    return words.get(code, code)


def counted(kind: str) -> str:
    """What a preview or a proof counts."""
    words = {
        "participations": _("participations"),
        "tracks": _("recordings of a voice or a picture"),
        "objects": _("objects of the store"),
        "lines": _("lines of minutes"),
        "chat": _("chat messages"),
        "items_nameless": _("items in which the name goes"),
        "invitations": _("invitations"),
        "sealed_names": _("seals of approved minutes in which the name goes"),
        "remarks": _("remarks"),
        "shares": _("minutes shared with the person"),
        "glossary_terms": _("terms of a glossary"),
        "accounts": _("accounts"),
        "sessions": _("sessions"),
        "roles": _("roles given"),
    }
    return words.get(kind, kind)


def what_to_do(kind: str) -> str:
    words = {
        Kind.ACCESS: _(
            "Find what is the person’s, make the export, read what was left out of it, and hand it out with the answer."
        ),
        Kind.PORTABILITY: _("The same export serves: its data.json is what another service can read."),
        Kind.RECTIFICATION: _(
            "Correct a declared name here. Words are corrected by who organises the meeting, in the minutes."
        ),
        Kind.RESTRICTION: _("Set the disputed recordings aside: nobody reads or hears them until you give them back."),
        Kind.ERASURE: _("Look at the preview first: it says what a hold or approved minutes keep, and why."),
        Kind.OBJECTION: _("Set the recordings aside while you weigh the reasons; then erase, or answer why not."),
    }
    return words[Kind(kind)]
