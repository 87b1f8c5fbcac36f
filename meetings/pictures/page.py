"""What the page of a recording shows to one person."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from accounts.models import User
from meetings import leaks, unrecorded
from meetings.agreement import agreed_tracks
from meetings.models import Composition, Recording, Track
from meetings.pictures import actions, captions, cutting, waves
from meetings.pictures.waves import Lane

VOICES = "voix"  # in the address: no video, though there is one
OVER = (Composition.State.DONE, Composition.State.CANCELLED)


def read(recording: Recording, user: User, *, video: str) -> dict[str, object]:
    """`video`: the identifier of one, or VOICES."""
    tracks = list(agreed_tracks(recording).select_related("participation", "levels"))
    videos = actions.watchable(recording)
    duration = cutting.length_of(recording)
    lanes = waves.lanes_of(tracks, duration, unrecorded.speech_of(recording))
    return {
        "is_ready": recording.status == Recording.Status.READY,
        "is_going_on": recording.status == Recording.Status.ACTIVE,
        "tracks": tracks,
        "lanes": lanes,
        "has_levels": all(hasattr(track, "levels") for track in tracks),
        "videos": videos,
        "video": _chosen(videos, video),
        "deck": _deck(recording, tracks, lanes, duration),
        "captions": captions.address_of(recording, user),
        "was_there": recording.meeting.participations.filter(user=user).exists(),
        "leaks": leaks.count(recording),
        "may_compose": actions.may_compose(recording, user),
        "under_way": recording.compositions.exclude(state__in=OVER),
        "layouts": Composition.Layout.choices,
        "containers": Composition.Container.choices,
    }


def _chosen(videos: Sequence[Composition], asked: str) -> Composition | None:
    """The newest one, if it is not said which."""
    if not videos or asked == VOICES:
        return None
    return next((video for video in videos if str(video.pk) == asked), videos[0])


def _deck(recording: Recording, tracks: Sequence[Track], lanes: Sequence[Lane], duration: float) -> dict[str, object]:
    """For the script: what can be heard when, and the turns of everybody, in seconds."""
    people = list(dict.fromkeys(track.participation_id for track in tracks))  # in the order of their lanes
    sounds = [
        {
            "source": reverse("recording_sound", args=[recording.pk, track.pk]),
            "start": track.start,
            "end": track.start + track.duration,
            "lane": people.index(track.participation_id),
        }
        for track in tracks
    ]
    turns = sorted(turn for lane in lanes for turn in lane.turns)
    return {"duration": duration, "sounds": sounds, "turns": turns}
