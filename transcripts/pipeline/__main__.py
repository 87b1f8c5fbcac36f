"""The pipeline alone: python -m transcripts.pipeline FILE… prints the lines of a meeting as JSON.

Files are tracks of one person each, that began at the same instant; or, with --speakers, --vtt, --attendance or
--shared-microphone, recordings of several people.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from transcripts.pipeline.diarize import SpeakerCount, speakers_among
from transcripts.pipeline.errors import SpeechError
from transcripts.pipeline.hearing import FRENCH, Hints
from transcripts.pipeline.meeting import assemble
from transcripts.pipeline.models import DEMONSTRATION_MODELS
from transcripts.pipeline.names.attendance import read_attendance
from transcripts.pipeline.names.subtitles import Cue, read_subtitles
from transcripts.pipeline.names.text import Unreadable, decode
from transcripts.pipeline.names.voices import name_voices
from transcripts.pipeline.probe import probe
from transcripts.pipeline.recognisers.choice import OPENAI_WHISPER, RECOGNISERS, Server
from transcripts.pipeline.timeline import speaker_key
from transcripts.pipeline.track import Request, SpeechModels, TrackSpeech, transcribe_track

KEY_VARIABLE = "SPEECH_SERVER_KEY"  # a key on a command line can be read by everybody on the machine


def main(arguments: Sequence[str] | None = None) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    if len({path.name for path in options.files}) < len(options.files):
        parser.error("two files of one name")
    try:
        found = _transcribe(options)
    except SpeechError as error:
        sys.stderr.write(f"{error.code}: {error}\n")
        return 1
    except (Unreadable, OSError) as error:
        sys.stderr.write(f"unreadable: {error}\n")
        return 1
    json.dump(found, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
    return 0


def _transcribe(options: argparse.Namespace) -> dict[str, Any]:
    cues = read_subtitles(decode(options.vtt.read_bytes())) if options.vtt else []
    present = (
        [person.name for person in read_attendance(decode(options.attendance.read_bytes()))]
        if options.attendance
        else []
    )
    names = list(dict.fromkeys([*present, *(cue.name for cue in cues)]))
    request = _request(options, names)
    for path in options.files:
        probe(path)
    models = _models(options)
    heard = {
        path.name: transcribe_track(path, request, models=models, progress=lambda _: None) for path in options.files
    }
    meeting = assemble(heard, dict.fromkeys(heard, 0.0))
    return {
        "lines": [asdict(line) for line in meeting.lines],
        "speakers": _name_speakers(heard, cues),
        "dropped": meeting.dropped,
        "files": {
            name: {"seconds": speech.seconds, "speech_seconds": speech.speech_seconds, "language": speech.language}
            for name, speech in heard.items()
        },
    }


def _request(options: argparse.Namespace, names: Sequence[str]) -> Request:
    speakers = SpeakerCount(*options.speakers) if options.speakers else speakers_among(names)
    return Request(
        shared_microphone=bool(options.shared_microphone or options.speakers or names),
        language=None if options.language == "auto" else options.language,
        hints=Hints(tuple(names), tuple(options.agenda), tuple(options.term)),
        speakers=speakers,
    )


def _models(options: argparse.Namespace) -> SpeechModels:
    server = Server(options.server, options.server_model, os.environ.get(KEY_VARIABLE, "")) if options.server else None
    return SpeechModels(options.whisper, options.diarization, options.threads, options.recogniser, server)


def _name_speakers(heard: dict[str, TrackSpeech], cues: Sequence[Cue]) -> dict[str, str]:
    return {
        speaker_key(track, voice): name
        for track, speech in heard.items()
        for voice, name in name_voices(speech.words, cues).items()
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m transcripts.pipeline", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("files", type=Path, nargs="+", metavar="FILE", help="mp4, m4a, mp3, wav, ogg, webm, mkv, flac…")
    add("--shared-microphone", action="store_true", help="several people speak on each file")
    add("--speakers", type=_positive, nargs=2, metavar=("MIN", "MAX"), help="how many people speak on each file")
    add("--vtt", type=Path, help="subtitles of Zoom, Teams or Webex: voices have their names")
    add("--attendance", type=Path, help="their list of those who came (CSV)")
    add("--language", default=FRENCH, help='ISO 639-1 code, or "auto" (default: fr)')
    add("--agenda", action="append", default=[], metavar="TEXT", help="what will be spoken of")
    add("--term", action="append", default=[], metavar="TEXT", help="a word that the recogniser may not know")
    add("--recogniser", choices=RECOGNISERS, default=OPENAI_WHISPER)
    add("--whisper", type=Path, default=DEMONSTRATION_MODELS / "demo-whisper", help="folder of a sealed model")
    add("--diarization", type=Path, default=DEMONSTRATION_MODELS / "demo-diarization")
    add("--server", metavar="URL", help=f"of a remote recogniser, up to /v1; its key is read from ${KEY_VARIABLE}")
    add("--server-model", default="whisper-1")
    add("--threads", type=_positive, default=1)
    return parser


def _positive(text: str) -> int:
    if (number := int(text)) < 1:
        raise ValueError
    return number


if __name__ == "__main__":
    sys.exit(main())
