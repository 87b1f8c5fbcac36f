"""Why a correction was refused. `code` is stable, and put into words by the page."""

from __future__ import annotations


class CorrectionRefused(Exception):
    """`status` is that of the answer."""

    code = "refused"
    status = 400


class NotUnderstood(CorrectionRefused):
    """The browser does not speak our language."""

    code = "not-understood"


class Forbidden(CorrectionRefused):
    """`code` is the reason that `policy.decide` gave."""

    status = 403

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NoSuchLine(CorrectionRefused):
    """It never was of these minutes, or somebody has merged or removed it, or its speaker has taken it back."""

    code = "no-such-line"
    status = 404


class LineChanged(CorrectionRefused):
    """Somebody else was faster. The answer holds the line as they left it, so that nothing is lost."""

    code = "changed-meanwhile"
    status = 409

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class NothingThere(CorrectionRefused):
    """A line has words: who wants none removes it."""

    code = "empty"


class TooLong(CorrectionRefused):
    code = "too-long"


class NothingToSplit(CorrectionRefused):
    """One of the two pieces would be empty."""

    code = "nothing-to-split"


class OtherSpeaker(CorrectionRefused):
    """Lines of two people are not merged: each is kept under the agreement of who said it."""

    code = "other-speaker"


class NothingBefore(CorrectionRefused):
    code = "nothing-before"


class NothingToUndo(CorrectionRefused):
    """It was undone before, or its words were taken back."""

    code = "nothing-to-undo"


class NothingFound(CorrectionRefused):
    code = "nothing-found"


class TooManyLines(CorrectionRefused):
    code = "too-many-lines"
