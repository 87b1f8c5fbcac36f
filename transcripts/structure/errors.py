"""Why something was refused. `code` is stable, and put into words by the page."""

from __future__ import annotations

from transcripts.corrections.errors import CorrectionRefused


class NoSuchItem(CorrectionRefused):
    """It never was of these minutes, or it went with the words of who took them back."""

    code = "no-such-item"
    status = 404


class ItemChanged(CorrectionRefused):
    """Somebody else was faster."""

    code = "item-changed"
    status = 409


class NothingCited(CorrectionRefused):
    """An item leans on lines of these minutes, always."""

    code = "nothing-cited"


class TooManyCited(CorrectionRefused):
    code = "too-many-cited"


class NotADate(CorrectionRefused):
    code = "not-a-date"


class AlreadyProposing(CorrectionRefused):
    code = "already-proposing"
    status = 409


class NoServer(CorrectionRefused):
    """The installation names no language model."""

    code = "no-server"
