"""The admin is the whole site."""

from django.contrib import admin
from django.urls import path

admin.site.site_header = admin.site.site_title = "Back-office du cabinet"
admin.site.index_title = "Accueil"
admin.site.site_url = None
admin.site.enable_nav_sidebar = False

urlpatterns = [path("", admin.site.urls)]
