"""A server behind HTTPS. `check --deploy` finds nothing to say about it.

The variables without a default have to be set: a site with a guessed secret must not start.
"""

import os

from config.settings.base import *  # noqa: F403
from config.settings.base import BASE_DIR

DEBUG = False
SECRET_KEY = os.environ["BACKOFFICE_SECRET_KEY"]
ALLOWED_HOSTS = os.environ["BACKOFFICE_HOSTS"].split(",")  # the names it answers to

# HTTPS ends at a proxy, which sets this header itself and drops what a browser sends under it.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ["BACKOFFICE_POSTGRES"],  # the rest from libpq's variables, or a service
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}

STATIC_ROOT = os.environ.get("BACKOFFICE_STATIC", BASE_DIR / "static")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage",
    },
}

EMAIL_HOST = os.environ["BACKOFFICE_MAIL_HOST"]
EMAIL_PORT = int(os.environ.get("BACKOFFICE_MAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("BACKOFFICE_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("BACKOFFICE_MAIL_PASSWORD", "")
EMAIL_USE_TLS = True
DEFAULT_FROM_EMAIL = os.environ["BACKOFFICE_SENDER"]
