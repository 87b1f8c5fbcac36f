"""Programs of institutions are told by HTTP what happened. They get identifiers: for the rest, people sign in."""

from meetings.applications.announcing import announce
from meetings.applications.delivery import forget_old, renew_key, send_again, send_test, send_waiting

__all__ = ["announce", "forget_old", "renew_key", "send_again", "send_test", "send_waiting"]
