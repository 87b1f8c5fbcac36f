"""Minutes as files: plain text and WebVTT. The document is in `docx_export`. The same minutes give the same bytes."""

from __future__ import annotations

import html
from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from transcripts.minutes import Minutes, Person, Spoken


def as_text(minutes: Minutes) -> str:
    return "\n".join(_text(minutes)) + "\n"


def _text(minutes: Minutes) -> Iterator[str]:
    title = one_line(minutes.title)
    yield title
    yield "=" * len(title)
    yield held_on(minutes)
    yield ""
    yield _("On the record:")
    yield from (f"- {person_line(person)}" for person in minutes.people)
    yield off_record(minutes.off_record)
    yield ""
    yield from (f"[{line.clock}] {said_by(line)}{one_line(line.text)}" for line in minutes.lines)
    if not minutes.lines:
        yield nothing_said()
    yield ""
    yield "--"
    yield how_it_was_made(minutes)


def as_vtt(minutes: Minutes) -> str:
    """Cues with voices: https://www.w3.org/TR/webvtt1/#webvtt-cue-voice-span"""
    notes = (minutes.title, held_on(minutes), off_record(minutes.off_record), how_it_was_made(minutes))
    header = "\n".join(["WEBVTT", "", "NOTE", *(_vtt_text(note) for note in notes)])
    return "\n\n".join([header, *(_cue(line) for line in minutes.lines)]) + "\n"


def _cue(line: Spoken) -> str:
    end = max(line.end, line.start + 0.001)  # a cue that ends as it starts is thrown away
    return f"{_vtt_time(line.start)} --> {_vtt_time(end)}\n<v {_vtt_text(line.speaker)}>{_vtt_text(line.text)}"


def _vtt_text(text: str) -> str:
    """On one line, so that it can't end its block; `-->` and tags lose their meaning with their angles."""
    return html.escape(one_line(text), quote=False)


def _vtt_time(seconds: float) -> str:
    minutes, milliseconds = divmod(round(seconds * 1000), 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{milliseconds // 1000:02}.{milliseconds % 1000:03}"


def one_line(text: str) -> str:
    return " ".join(text.split())


def held_on(minutes: Minutes) -> str:
    start = localtime(minutes.started_at)
    return _("Recorded on %(date)s at %(time)s") % {
        "date": date_format(start, "DATE_FORMAT"),
        "time": date_format(start, "TIME_FORMAT"),
    }


def person_line(person: Person) -> str:
    where = f", {one_line(person.institution)}" if person.institution else ""
    return f"{one_line(person.name)}{where} ({person.mark})"


def said_by(line: Spoken) -> str:
    return f"{one_line(line.speaker)} ({line.mark}){colon()}"


def colon() -> str:
    """French puts a space before it, which must not break the line."""
    return pgettext("between a speaker and what they said", ": ")


def off_record(count: int) -> str:
    if not count:
        return _("Nobody stayed off the record.")
    return ngettext("Off the record: %(count)s person", "Off the record: %(count)s people", count) % {"count": count}


def nothing_said() -> str:
    return _("Nobody spoke, or nobody agreed to be recorded.")


def how_it_was_made(minutes: Minutes) -> str:
    """The production statement that every copy carries."""
    made = _("Minutes written by a machine (model %(model)s) from one audio track for each person, on %(date)s.") % {
        "model": one_line(minutes.model.name) or "?",
        "date": date_format(localtime(minutes.made_at), "DATE_FORMAT"),
    }
    caution = _("They may contain errors: the recording counts.")
    return " ".join(filter(None, [made, caution, one_line(minutes.model.description)]))


def file_name(minutes: Minutes, extension: str) -> str:
    day = localtime(minutes.started_at).date().isoformat()
    return f"compte-rendu-{day}-{slugify(minutes.title)[:60].strip('-') or 'reunion'}.{extension}"
