"""Addresses of meetings."""

from __future__ import annotations

from django.urls import path

from meetings import views

urlpatterns = [
    path("reunions/", views.meetings, name="meetings"),
    path("reunions/nouvelle/", views.create_meeting, name="create_meeting"),
    path("r/<str:code>/", views.room, name="room"),
]
