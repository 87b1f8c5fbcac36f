"""Addresses of sign-in."""

from __future__ import annotations

from django.urls import path

from accounts import views

urlpatterns = [
    path("", views.home, name="home"),
    path("connexion/", views.login, name="login"),
    path("connexion/refusee/", views.login_refused, name="login_refused"),
    path("deconnexion/", views.logout, name="logout"),
    path("oidc/logout-callback/", views.logout_callback, name="oidc_logout_callback"),
]
