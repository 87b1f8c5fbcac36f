"""Addresses of local accounts, of second factors and of one's sessions."""

from __future__ import annotations

from django.urls import include, path

from accounts import local_views, session_views

urlpatterns = [
    path("invitation/<str:token>/", local_views.open_invitation, name="account_invitation"),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", session_views.MySessions.as_view(), name="usersessions_list"),
    path("sessions/<int:session_id>/terminer/", session_views.end_session, name="end_session"),
    path("", include("allauth.account.urls")),
]
