"""Who comes first where processors are short: media, then pages, then hours of computing."""

from __future__ import annotations

import os

FIRST, LAST = -10, 10
# The kernel may share processors out between sessions first (sched_autogroup_enabled), and each child has one of its
# own: a niceness counts only inside it.
COMMAND = '{ echo "$0" > /proc/self/autogroup; } 2> /dev/null; exec nice -n "$0" "$@"'


def prefix(niceness: int) -> tuple[str, ...]:
    """Before the command of a child with a session of its own. Only root may put something first: nobody else does."""
    if niceness == 0 or (niceness < 0 and os.geteuid() != 0):
        return ()
    return ("sh", "-c", COMMAND, str(niceness))
