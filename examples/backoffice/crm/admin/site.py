"""The site of the back office, apart from whatever other admin a host may have."""

from django.contrib.admin import AdminSite


class BackOffice(AdminSite):
    site_header = site_title = "Back-office du cabinet"
    index_title = "Accueil"
    login_template = "admin/crm/login.html"
    site_url = None
    enable_nav_sidebar = False  # the menu stands in the header, and fits on a phone


site = BackOffice(name="backoffice")
