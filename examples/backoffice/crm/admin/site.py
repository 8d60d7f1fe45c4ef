"""The site of the back office, apart from whatever other admin a host may have."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest


class BackOffice(AdminSite):
    site_header = site_title = "Back-office du cabinet"
    index_title = "Accueil"
    login_template = "admin/crm/login.html"
    site_url = None
    enable_nav_sidebar = False  # the menu is in the header, and fits on a phone

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """In the order of the work, and not of the alphabet."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=lambda model: ORDER.index(model["object_name"]))
        return apps


ORDER = (
    "Client",
    "Project",
    "Contract",
    "Introducer",
    "Product",
    "Run",
    "Message",
    "Configuration",
)


site = BackOffice(name="backoffice")
