"""Correcting minutes: every change is a version over the lines that were recognised, and can be undone."""
