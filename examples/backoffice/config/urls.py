"""The app is the whole site."""

from django.urls import include, path

urlpatterns = [path("", include("crm.urls"))]
