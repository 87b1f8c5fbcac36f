"""The table of docs/reliability.md: each row is written by the journey that measured it, when RELIABILITY_TABLE=1."""

from __future__ import annotations

import os
import re
from pathlib import Path

from bench.report import say

PAGE = Path(__file__).resolve().parents[2] / "docs/reliability.md"
BEGIN, END = "<!-- measured -->\n", "<!-- /measured -->"
ROW = re.compile(r"^\| (?P<fault>[^|]+) \| (?P<what>[^|]+) \| (?P<seen>[^|]+) \| (?P<promise>[^|]+) \|$", re.MULTILINE)
HEAD = "| what fails | what is looked at | seen | promised |\n|---|---|---|---|\n"

Row = tuple[str, str]  # what fails, what is looked at


def note(fault: str, what: str, seen: str, promise: str) -> None:
    """Say it; and write it into the page, in the place of the row for the same thing, if that is asked for."""
    if os.environ.get("VISIO_JANUS") == "built":
        fault += " (Janus built here)"
    say(f"{fault}: {what}: {seen} (promised: {promise})")
    if os.environ.get("RELIABILITY_TABLE") == "1":
        PAGE.write_text(with_row(PAGE.read_text(encoding="utf-8"), (fault, what), seen, promise), encoding="utf-8")


def with_row(page: str, row: Row, seen: str, promise: str) -> str:
    """`page`, where the row says this. New rows come last."""
    before, rest = page.split(BEGIN)
    table, after = rest.split(END)
    rows = {(found["fault"], found["what"]): (found["seen"], found["promise"]) for found in ROW.finditer(table)}
    rows.pop(("what fails", "what is looked at"), None)
    rows[row] = (seen, promise)
    lines = "".join(f"| {' | '.join((*names, *values))} |\n" for names, values in rows.items())
    return f"{before}{BEGIN}{HEAD}{lines}{END}{after}"
