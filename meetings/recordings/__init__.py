"""What was recorded: collected from Janus' files, put away, or deleted.

The doors; see `collecting`, `tracks`, `withdrawing`, `stopping`.
"""

from meetings.recordings.collecting import collect, complete, give_up_lost, lock_key
from meetings.recordings.retries import Late, late, may_complete, nodes_to_wake
from meetings.recordings.stopping import stop_what_must, watch_disk
from meetings.recordings.withdrawing import delete_orphans, delete_withdrawn, withdraw

__all__ = [
    "Late",
    "collect",
    "complete",
    "delete_orphans",
    "delete_withdrawn",
    "give_up_lost",
    "late",
    "lock_key",
    "may_complete",
    "nodes_to_wake",
    "stop_what_must",
    "watch_disk",
    "withdraw",
]
