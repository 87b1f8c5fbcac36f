"""The sentences that every copy carries, in the language that is active."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from transcripts.exports.document import Approval, Document, Item, Production
from transcripts.minutes import Person, Spoken, clock


def held_on(document: Document) -> str:
    start = localtime(document.started_at)
    return _("Recorded on %(date)s at %(time)s") % {
        "date": date_format(start, "DATE_FORMAT"),
        "time": date_format(start, "TIME_FORMAT"),
    }


def person_line(person: Person) -> str:
    where = f", {person.institution}" if person.institution else ""
    return f"{person.name}{where} ({person.mark})"


def off_record(count: int) -> str:
    if not count:
        return _("Nobody stayed off the record.")
    return ngettext("Off the record: %(count)s person", "Off the record: %(count)s people", count) % {"count": count}


def nothing_said() -> str:
    return _("Nobody spoke, or nobody agreed to be recorded.")


def colon() -> str:
    """French puts a space before it, which must not break the line."""
    return pgettext("between a speaker and what they said", ": ")


def not_validated() -> str:
    return _("generated, not validated")


def item_line(item: Item) -> str:
    return " ".join(filter(None, [item.text, said_at(item), f"[{mark_of(item)}]" if item.generated else ""]))


def mark_of(item: Item) -> str:
    if not item.validated:
        return not_validated()
    return _("generated, accepted by a person") if item.generated else _("validated")


def said_at(item: Item) -> str:
    return f"({', '.join(clock(second) for second in item.at)})" if item.at else ""


def how_it_was_made(document: Document) -> str:
    """In one sentence or two, for the foot of a page or the head of a file."""
    made = document.production
    written = _written(imported=made.imported) % {
        "model": model_name(made),
        "date": date_format(localtime(made.made_at), "DATE_FORMAT"),
    }
    return " ".join(
        filter(None, [written, _("They may contain errors: the recording counts."), made.model.description])
    )


def _written(*, imported: bool) -> str:
    if imported:
        return _("Minutes written by a machine (model %(model)s) from an imported recording, on %(date)s.")
    return _("Minutes written by a machine (model %(model)s) from one audio track for each person, on %(date)s.")


def model_name(made: Production) -> str:
    name = made.model.name or "?"
    return (
        _("%(model)s, version %(version)s") % {"model": name, "version": made.model.version}
        if made.model.version
        else name
    )


def statement(document: Document) -> Iterator[str]:
    """The production statement: what is a machine's, what is a person's, what is missing."""
    made = document.production
    yield how_it_was_made(document)
    yield _corrected(made)
    yield _stage(made)
    if any(item.generated for item in document.items):
        yield _("Decisions, actions and questions that are marked as generated were written by a machine.")
    yield _("The mark after a name says how sure it is who spoke. A name that a person attributed is no proof.")
    yield off_record(document.off_record)
    if suspect := [line.clock for line in document.lines() if isinstance(line, Spoken) and line.is_suspect]:
        yield _to_read_again(suspect)
    if made.missing_s:
        yield ngettext(
            "%(count)s second is missing from the recording, after a failure.",
            "%(count)s seconds are missing from the recording, after a failure.",
            made.missing_s,
        ) % {"count": made.missing_s}


def _to_read_again(clocks: list[str]) -> str:
    return ngettext(
        "%(count)s line is to be read again, as somebody off the record spoke near that microphone: %(at)s.",
        "%(count)s lines are to be read again, as somebody off the record spoke near that microphone: %(at)s.",
        len(clocks),
    ) % {"count": len(clocks), "at": ", ".join(clocks)}


def _corrected(made: Production) -> str:
    if not made.corrections:
        return _("Nobody has corrected them.")
    corrected = ngettext(
        "Corrected by hand: %(count)s correction", "Corrected by hand: %(count)s corrections", made.corrections
    ) % {"count": made.corrections}
    return f"{corrected} ({', '.join(made.correctors)})." if made.correctors else f"{corrected}."


def _stage(made: Production) -> str:
    if made.approval:
        return _approved(made.approval)
    return (
        _("In review: nobody has approved them yet.") if made.in_review else _("Draft: nobody has approved them yet.")
    )


def _approved(approval: Approval) -> str:
    return _("Version %(number)s, approved by %(by)s on %(at)s. Seal: SHA-256 %(digest)s, key %(key)s.") % {
        "number": approval.number,
        "by": approval.by,
        "at": date_format(localtime(approval.at), "DATETIME_FORMAT"),
        "digest": approval.digest,
        "key": approval.key_id,
    }


def file_name(document: Document, extension: str) -> str:
    day = localtime(document.started_at).date().isoformat()
    return f"compte-rendu-{day}-{slugify(document.title)[:60].strip('-') or 'reunion'}.{extension}"
