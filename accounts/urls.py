"""Addresses of sign-in."""

from __future__ import annotations

from django.urls import path

from accounts import preferences, views

urlpatterns = [
    path("", views.home, name="home"),
    path("connexion/", views.login, name="login"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("connexion/refusee/", views.login_refused, name="login_refused"),
    path("deconnexion/", views.logout, name="logout"),
    path("oidc/authenticate/", views.begin, name="oidc_authentication_init"),
    path("oidc/callback/", views.callback, name="oidc_authentication_callback"),
    path("oidc/logout-callback/", views.logout_callback, name="oidc_logout_callback"),
]
