"""Addresses of meetings."""

from __future__ import annotations

from django.urls import path, register_converter

from meetings import views
from meetings.codes import CodeConverter

register_converter(CodeConverter, "code")

urlpatterns = [
    path("reunions/", views.meetings, name="meetings"),
    path("reunions/nouvelle/", views.create_meeting, name="create_meeting"),
    path("r/<code:code>/", views.room, name="room"),
]
