"""Every address of Visio."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from visio_site.views import healthz

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("meetings.urls")),
    path("", include("transcripts.urls")),
    path("", include("governance.urls")),
    path("compte/", include("accounts.local_urls")),
    path("administration/", admin.site.urls),
    path("langue/", include("django.conf.urls.i18n")),
    path("healthz", healthz, name="healthz"),
]
