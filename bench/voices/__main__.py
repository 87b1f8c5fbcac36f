"""python -m bench.voices DIR: the voices of the demonstration meeting, as WAV files, and truth.json.

Chromium plays one as a microphone, over and over, with `--use-fake-device-for-media-stream
--use-file-for-fake-audio-capture=/path/claire.wav`; add `%noloop` to the path to hear it once.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from bench.voices.script import MEETING, SHORT_MEETING, VOICES
from bench.voices.track import render, write


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.voices", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--short", action="store_true", help="the meeting of a quarter of the length")
    options = parser.parse_args()
    rendered = render(SHORT_MEETING if options.short else MEETING, VOICES)
    for speaker, path in write(rendered, options.folder).items():
        print(f"{path}: {speaker}, {rendered.seconds:.1f} s")


if __name__ == "__main__":
    main()
