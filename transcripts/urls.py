"""Addresses of minutes and of their search."""

from __future__ import annotations

from django.urls import path

from transcripts import views

urlpatterns = [
    path("comptes-rendus/<uuid:recording_id>/", views.minutes, name="minutes"),
    path("comptes-rendus/<uuid:recording_id>/etat.json", views.state, name="minutes_state"),
    path("comptes-rendus/<uuid:recording_id>/relancer/", views.retry, name="minutes_retry"),
    path("comptes-rendus/<uuid:recording_id>/telecharger/<str:file_format>/", views.download, name="minutes_download"),
    path("comptes-rendus/<uuid:recording_id>/audio/<uuid:track_id>/", views.audio, name="minutes_audio"),
    path("recherche/", views.search, name="search"),
]
