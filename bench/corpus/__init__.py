"""Meetings made by a synthesiser, with the exact truth of what was said, by whom, and when."""
