"""Django's administration, with our site for its default one."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    default_site = "accounts.admin_site.VisioAdminSite"
