"""Who comes first where processors are short: media, then pages, then hours of computing."""

from __future__ import annotations

import os

FIRST, LAST = -10, 10
# The kernel may share processors out between sessions first (sched_autogroup_enabled), and each child has one of its
# own: a niceness counts only inside it.
LATER = '{ echo "$0" > /proc/self/autogroup; } 2> /dev/null; exec nice -n "$0" "$@"'
# A niceness says how much of a processor, not how soon: kernels since 6.6 let others end their turn. Real time is at
# once, where the container lets root say so; by default, the kernel keeps 5 % for everybody else.
AT_ONCE = 'chrt --rr 1 true 2> /dev/null && set -- chrt --rr 1 "$@"; ' + LATER


def prefix(niceness: int) -> tuple[str, ...]:
    """Before the command of a child with a session of its own. Only root may put something first: nobody else does."""
    if niceness == 0 or (niceness < 0 and os.geteuid() != 0):
        return ()
    return ("sh", "-c", AT_ONCE if niceness < 0 else LATER, str(niceness))
