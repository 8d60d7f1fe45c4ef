"""The settings of an example that serves on this machine alone, with nothing to set up.

`BACKOFFICE_POSTGRES=name` takes that PostgreSQL database instead of SQLite; where it is and who
asks, libpq reads from its own variables (`PGHOST`, `PGUSER` …).
"""

import os
from pathlib import Path
from typing import Any

from django.core.management.utils import get_random_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = os.environ.get("BACKOFFICE_SECRET_KEY") or get_random_secret_key()
DEBUG = True  # nobody else sees it: Django then answers on loopback only
ROOT_URLCONF = "crm.urls"

INSTALLED_APPS = [
    "crm",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# A bulk change reads, logs and writes in one transaction, and all three must see the same rows:
# either nobody else writes meanwhile, or the transaction fails and nothing has happened.
DATABASE: dict[str, Any]
if name := os.environ.get("BACKOFFICE_POSTGRES"):
    from psycopg import IsolationLevel

    DATABASE = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "OPTIONS": {"isolation_level": IsolationLevel.REPEATABLE_READ},
    }
else:
    DATABASE = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": BASE_DIR / "db.sqlite3",
        "OPTIONS": {"transaction_mode": "IMMEDIATE"},
    }
DATABASES = {"default": DATABASE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
STATIC_URL = "static/"

EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = int(os.environ.get("BACKOFFICE_MAIL_PORT", "1025"))
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = "Votre cabinet <gestion@cabinet.example>"
