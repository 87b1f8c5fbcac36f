"""May the role by which Visio works undo what keeps the trail? Where it owns the tables, yes: docs/operator.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import AuditEntry, AuditLink
from accounts.trail.verify import Finding
from governance.models import AuditSeal

TABLES = [model._meta.db_table for model in (AuditEntry, AuditLink, AuditSeal)]

_RIGHTS = """
SELECT relname FROM pg_class
WHERE relname = ANY(%s) AND relnamespace = current_schema()::regnamespace AND (
    pg_has_role(current_user, relowner, 'USAGE')
    OR has_table_privilege(current_user, oid, 'UPDATE, DELETE, TRUNCATE')
)
"""


def tables_at_risk() -> list[str]:
    """Those that the application's role owns, or may change."""
    with connection.cursor() as cursor:
        cursor.execute(_RIGHTS, [TABLES])
        return sorted(name for (name,) in cursor.fetchall())


def check() -> Iterator[Finding]:
    if tables_at_risk():
        words = _("The role by which Visio works owns the tables of the trail, or may change them: see operator.md.")
        yield Finding("role-may-change", None, words)
    else:
        yield Finding("role-may-not-change", True, _("The role by which Visio works may not change the trail."))


@register(Tags.database, deploy=True)
def check_role(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """`manage.py check --deploy --database default`: not at each start, `make run` has one role for all."""
    if not databases or not (found := tables_at_risk()):
        return []
    message = f"The application's role owns, or may change, {', '.join(found)}."
    hint = "Let another role own the tables, and grant this one SELECT and INSERT: docs/operator.md."
    return [Warning(message, hint=hint, id="visio.W010")]
