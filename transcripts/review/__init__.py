"""Minutes read again by others before they are approved."""
