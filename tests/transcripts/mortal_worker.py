"""A speech worker in a process of its own, which waits in its second track to be killed."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from uuid import UUID

import django


def main() -> None:
    django.setup()
    from tests.fakes.tracks import ScriptedModels, make_tools
    from transcripts.models import Transcription
    from transcripts.pipeline.speech import Word
    from transcripts.run import run_transcription

    def wait(seconds: float) -> None:
        if seconds == 2.0:
            sys.stdout.write("in the second track\n")
            sys.stdout.flush()
            time.sleep(60)

    words = {3.0: [Word(0.2, 0.6, "Bonjour"), Word(0.7, 1.4, "Bilal.")]}
    transcription = Transcription.objects.select_related("recording").get(pk=UUID(sys.argv[1]))
    tools = make_tools(ScriptedModels(words, interrupt=wait), transcription.recording, Path(sys.argv[2]))
    run_transcription(transcription.pk, tools)


if __name__ == "__main__":
    main()
