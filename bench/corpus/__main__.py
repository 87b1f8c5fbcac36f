"""python -m bench.corpus DIR: meetings, their truth (JSON, RTTM, CTM, STM), and manifest.json for evaluate_speech."""

from __future__ import annotations

import argparse
from pathlib import Path

from bench.corpus.write import write_corpus


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.corpus", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=120.0, help="of each recording")
    options = parser.parse_args()
    print(write_corpus(options.folder, seed=options.seed, seconds=options.seconds))


if __name__ == "__main__":
    main()
