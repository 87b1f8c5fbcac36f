"""Addresses of local accounts, of second factors and of one's sessions."""

from __future__ import annotations

from django.urls import include, path

from accounts import local_views

urlpatterns = [
    path("invitation/<str:token>/", local_views.open_invitation, name="account_invitation"),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
    path("", include("allauth.account.urls")),
]
