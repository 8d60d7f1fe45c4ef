"""The settings: a production half that Django finds nothing to say about, and a local one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SITE = Path(__file__).parents[2] / "examples/backoffice"
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "BACKOFFICE_SECRET_KEY": "a secret of more than fifty letters, for these tests alone",
    "BACKOFFICE_HOSTS": "cabinet.example,www.cabinet.example",
    "BACKOFFICE_POSTGRES": "backoffice",
    "BACKOFFICE_MAIL_HOST": "mail.cabinet.example",
    "BACKOFFICE_SENDER": "Cabinet <gestion@cabinet.example>",
}


def manage(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    ours = ("BACKOFFICE", "DJANGO_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environment = kept | {"PYTHONPATH": os.pathsep.join(sys.path), **variables}
    command = [sys.executable, str(SITE / "manage.py"), *arguments]
    return subprocess.run(
        command, env=environment, capture_output=True, encoding="utf-8", check=False
    )


def test_check_deploy_finds_nothing() -> None:
    done = manage("check", "--deploy", "--fail-level", "INFO", **PRODUCTION)
    assert (done.returncode, done.stderr) == (0, "")
    assert "no issues" in done.stdout or "aucun problème" in done.stdout.lower()


@pytest.mark.parametrize("missing", [name for name in PRODUCTION if "BACKOFFICE" in name])
def test_it_does_not_start_without(missing: str) -> None:
    """A site with a guessed secret, or for any host, must not start."""
    given = {name: value for name, value in PRODUCTION.items() if name != missing}
    done = manage("check", **given)
    assert done.returncode != 0
    assert missing in done.stderr


def test_no_demonstration_in_production() -> None:
    """Its passwords are known to everybody."""
    done = manage("demo", **PRODUCTION)
    assert done.returncode == 1
    assert "mots de passe" in done.stderr


def test_the_port_of_the_mail_server() -> None:
    asked = "from django.conf import settings; print(settings.EMAIL_PORT)"
    local = {"DJANGO_SETTINGS_MODULE": "config.settings.local"}
    done = manage("shell", "-v0", "-c", asked, **local, BACKOFFICE_MAIL_PORT="2525")
    assert done.stdout.strip() == "2525"
