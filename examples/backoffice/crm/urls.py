"""The back office is the whole site."""

from django.urls import path

from crm.admin.site import site

urlpatterns = [path("", site.urls)]
