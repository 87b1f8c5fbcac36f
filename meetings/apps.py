"""Rooms, meetings, the people in them, and what is recorded."""

from __future__ import annotations

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = "Réunions"
