"""What this installation knows of a sealed file: is it the newest version, are the tracks still those?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.utils.translation import gettext as _

from meetings import storage
from meetings.models import Track
from transcripts.models import ApprovedVersion
from transcripts.sealing import keys
from transcripts.sealing.canonical import digest
from transcripts.sealing.statement import write_file
from transcripts.sealing.verify import Finding, Sealed


def version_of(sealed: Sealed) -> ApprovedVersion | None:
    return ApprovedVersion.objects.filter(digest=digest(sealed.written)).first()


def file_of(version: ApprovedVersion) -> bytes:
    """The sealed file that is given out."""
    key = keys.trusted_keys().get(version.key_id)
    return write_file(version, key.hex if key else "")


def check_here(sealed: Sealed, *, listen: bool) -> list[Finding]:
    """`listen`: the stored files are read and summed too, not their rows alone."""
    return [*_version(sealed), *_tracks(sealed, listen)]


def _version(sealed: Sealed) -> Iterator[Finding]:
    version = version_of(sealed)
    if version is None:
        yield Finding("unknown-here", False, _("This installation has approved no such version."))
        return
    newest = ApprovedVersion.objects.filter(transcription=version.transcription_id).order_by("-number")[0]
    if newest.pk == version.pk:
        words = _("Approved here as version %(number)d; it is the newest one.") % {"number": version.number}
        yield Finding("newest", True, words)
    else:
        words = _("Superseded: version %(newest)d was approved after version %(number)d.")
        numbers = {"number": version.number, "newest": newest.number}
        yield Finding("superseded", None, words % numbers)


def _tracks(sealed: Sealed, listen: bool) -> Iterator[Finding]:
    sums = {str(track.get("id")): track.get("sha256") for track in sealed.statement["tracks"]}
    here = list(Track.objects.filter(pk__in=_identifiers(sums), erased_at=None).order_by("start", "pk"))
    heard = {track.pk: _sum(track) if listen else track.sha256 for track in here}
    changed = [
        track for track in here if sums[str(track.pk)] != track.sha256 or heard[track.pk] not in {track.sha256, None}
    ]
    for track in changed:
        words = _("Changed track: the sound of %(track)s is not the one that was sealed.")
        yield Finding("track-changed", False, words % {"track": track.pk})
    if unread := [track for track in here if heard[track.pk] is None]:
        words = _("Tracks that the store could not give, which proves nothing: %(count)d.")
        yield Finding("tracks-unread", None, words % {"count": len(unread)})
    if here and not changed and not unread:
        yield Finding("sound", True, _heard() if listen else _not_heard())
    if gone := len(sums) - len(here):
        words = _("Tracks erased since, at the end of their time or taken back: %(count)d.")
        yield Finding("tracks-erased", None, words % {"count": gone})


def _heard() -> str:
    return _("The sound that is stored is the one that was sealed.")


def _not_heard() -> str:
    return _("The sums of the tracks are those that were sealed; the sound itself was not read.")


def _identifiers(sums: Iterable[str]) -> Iterator[UUID]:
    for name in sums:
        try:
            yield UUID(name)
        except ValueError:
            continue


def _sum(track: Track) -> str | None:
    """None when the store does not answer for it: that proves nothing either way."""
    try:
        return storage.sha256_of(track.key)
    except storage.StorageUnavailable:
        return None
