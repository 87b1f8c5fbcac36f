"""Install a model: python -m transcripts.pipeline.seal FOLDER NAME writes its card and its manifest."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from transcripts.pipeline.errors import ModelRejected
from transcripts.pipeline.models import ModelCard, seal


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m transcripts.pipeline.seal", description=__doc__)
    parser.add_argument("folder", type=Path, help="what was put there is what will be loaded: check its origin first")
    parser.add_argument("name", help="how the minutes name the model")
    options = parser.parse_args(arguments)
    try:
        seal(options.folder, ModelCard(options.name, demonstration=False, description={}))
    except ModelRejected as error:
        sys.stderr.write(f"{error.code}: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
