"""A developer's machine: nothing to set up.

`BACKOFFICE_POSTGRES=name` takes that PostgreSQL database instead of SQLite; where it is and who
asks, libpq reads from its own variables (`PGHOST`, `PGUSER` …).
"""

import os
from typing import Any

from django.core.management.utils import get_random_secret_key

from config.settings.base import *  # noqa: F403
from config.settings.base import BASE_DIR

DEBUG = True  # it shows settings and code to who makes an error happen: for loopback only
DEMO_LOGINS = True  # `manage.py demo` may give passwords that all know
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
SECRET_KEY = get_random_secret_key()  # who restarts the server logs in again

DATABASE: dict[str, Any] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": BASE_DIR / "db.sqlite3",
    "OPTIONS": {
        # A transaction that reads before it writes would find the database locked, and fail at
        # once; this one waits for its turn, as long as the time-out allows.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # Who reads need not wait for who writes, and a commit waits for the disk once.
        "init_command": "PRAGMA journal_mode = WAL",
    },
}
if name := os.environ.get("BACKOFFICE_POSTGRES"):
    DATABASE = {"ENGINE": "django.db.backends.postgresql", "NAME": name}
DATABASES = {"default": DATABASE}

EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = int(os.environ.get("BACKOFFICE_MAIL_PORT", "1025"))
