"""Rows of the data protection officer's workbench, one file per subject."""

from __future__ import annotations

from governance.models.access import Access
from governance.models.audit import AuditSeal
from governance.models.erasures import Erasure, Mode, Reason, Tombstone, What
from governance.models.figures import (
    FEW,
    Assumptions,
    FormerTool,
    MonthlyFigures,
    MonthlyStorage,
    OperatingCost,
    QualityHour,
)
from governance.models.holds import LegalHold
from governance.models.requests import (
    PersonExport,
    PersonRequest,
    RequestMail,
    RequestStep,
    RequestSubject,
    Restriction,
)
from governance.models.warnings import ErasureWarning

__all__ = [
    "FEW",
    "Access",
    "Assumptions",
    "AuditSeal",
    "Erasure",
    "ErasureWarning",
    "FormerTool",
    "LegalHold",
    "Mode",
    "MonthlyFigures",
    "MonthlyStorage",
    "OperatingCost",
    "PersonExport",
    "PersonRequest",
    "QualityHour",
    "Reason",
    "RequestMail",
    "RequestStep",
    "RequestSubject",
    "Restriction",
    "Tombstone",
    "What",
]
