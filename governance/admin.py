"""What the administration shows of the workbench."""

from __future__ import annotations

from governance.access.admin import AccessAdmin
from governance.erasure_admin import ErasureAdmin, TombstoneAdmin
from governance.figures.admin import AssumptionsAdmin, FormerToolAdmin, OperatingCostAdmin
from governance.hold_admin import LegalHoldAdmin
from governance.requests.admin import PersonRequestAdmin

__all__ = [
    "AccessAdmin",
    "AssumptionsAdmin",
    "ErasureAdmin",
    "FormerToolAdmin",
    "LegalHoldAdmin",
    "OperatingCostAdmin",
    "PersonRequestAdmin",
    "TombstoneAdmin",
]
