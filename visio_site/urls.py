"""Every address of Visio."""

from __future__ import annotations

from django.urls import include, path

from visio_site.views import healthz

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("meetings.urls")),
    path("", include("transcripts.urls")),
    path("oidc/", include("mozilla_django_oidc.urls")),
    path("langue/", include("django.conf.urls.i18n")),
    path("healthz", healthz, name="healthz"),
]
