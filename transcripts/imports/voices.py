"""Names for the voices of an imported recording, from the subtitles that came with it."""

from __future__ import annotations

from collections.abc import Mapping

from meetings.models import Recording
from transcripts.models import Import
from transcripts.pipeline.names.subtitles import Cue
from transcripts.pipeline.names.voices import name_voices
from transcripts.pipeline.timeline import speaker_key
from transcripts.pipeline.track import TrackSpeech


def names_of_voices(recording: Recording, heard: Mapping[str, TrackSpeech]) -> dict[str, str]:
    """By the key of the speaker; those that no name is sure of have none."""
    source = Import.objects.filter(recording=recording).first()
    cues = [Cue(start, end, name) for start, end, name in source.cues] if source else []
    return {
        speaker_key(track, voice): name
        for track, speech in heard.items()
        for voice, name in name_voices(speech.words, cues).items()
    }
