"""The broker and an assistant at the site, a mail server on loopback, and a browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from crm.models import Client, Contract, Project
from django.contrib.auth.models import User
from django.core.mail import DNS_NAME
from django.core.management import call_command
from django.test import Client as Web
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    ViewportSize,
    expect,
)
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from tests.browsers import launched

from . import databases, postgresql
from .browsing import NOTHING
from .mailserver import MailServer

expect.set_options(timeout=15_000)  # a busy machine is no failure

AXE = "axe-core@4.14.1"


@pytest.fixture(autouse=True)
def _quick_and_quiet(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "crm.smtp.EmailBackend"  # in place of Django's own for tests
    settings.EMAIL_PORT = 9  # nobody listens there, unless a test has a mail server
    monkeypatch.setattr(DNS_NAME, "_fqdn", "localhost", raising=False)  # no look-up
    # A run is sent in one go, however busy the machine is, unless a test wants it in parts.
    monkeypatch.setattr("crm.admin.runs.SECONDS", 60.0)


@pytest.fixture
def demo(db: None) -> None:
    """The demonstration portfolio, with an open gate."""
    call_command("demo", stdout=StringIO())


@pytest.fixture
def broker(demo: None) -> Web:
    """The site for the broker, who may do all."""
    return logged_in("courtier")


@pytest.fixture
def assistant(demo: None) -> Web:
    """The site for an assistant, who neither changes rules nor writes e-mails."""
    return logged_in("assistant")


def logged_in(name: str) -> Web:
    web = Web()
    web.force_login(User.objects.get(username=name))
    return web


@pytest.fixture
def mail_server(settings: Settings) -> Iterator[MailServer]:
    """A real SMTP server, to which the site is told to send."""
    server = MailServer()
    server.start()
    settings.EMAIL_PORT = server.port
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The script of axe-core, which npm brings the first time."""
    folder = Path(__file__).parents[2] / ".venv-axe" / AXE
    if not folder.exists():
        npm = shutil.which("npm")
        if npm is None:
            missing = "nobody to fetch axe-core for these tests: apt-get install npm"
            if os.environ.get("CI") == "true":
                pytest.fail(missing)
            pytest.skip(missing)
        fetched = tmp_path_factory.mktemp("axe")
        quiet = ["--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
        cache = tmp_path_factory.mktemp("npm")  # npm's own is in a home, which a user may not have
        install = [npm, "install", "--prefix", str(fetched), "--cache", str(cache), *quiet, AXE]
        subprocess.run(install, check=True)
        if not os.access(folder.parents[1], os.W_OK):
            folder = fetched / "node_modules/axe-core"
        else:
            shutil.copytree(fetched / "node_modules/axe-core", folder, dirs_exist_ok=True)
    return (folder / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def desk(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """One browser's memory, so that scripts and styles are fetched once."""
    window = ViewportSize(width=1100, height=720)
    with browser.new_context(base_url=live_server.url, viewport=window) as context:
        context.set_default_timeout(15_000)
        yield context
    # The server's threads end with the browser's connections, and close those to the database: they
    # may do so only as long as the server is there.
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(timeout=5)


@pytest.fixture(scope="session")
def tab(desk: BrowserContext) -> Page:
    """In which the broker works: each new one would be a process, which reads them again."""
    tab = desk.new_page()
    tab.goto(NOTHING)
    return tab


@pytest.fixture
def page(tab: Page, live_server: LiveServer, demo: None) -> Iterator[Page]:
    """The broker at a browser, logged in, where no page has been opened yet."""
    session = logged_in("courtier").cookies["sessionid"].value
    tab.context.clear_cookies()
    tab.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    yield tab
    tab.unroute_all()
    for other in tab.context.pages[1:]:
        other.close()
    tab.goto(NOTHING)
    tab.evaluate("sessionStorage.clear(), localStorage.clear()")


@pytest.fixture
def odile(demo: None) -> Client:
    """A client who prefers Cabinet Kervadec, with the rule « Client + Apporteur »."""
    return Client.objects.get(name="Mme Odile Sarrazin")


@pytest.fixture
def contract(demo: None) -> Contract:
    """Mme Sarrazin's, introduced by Cabinet Kervadec, with the rule « Client + Apporteur »."""
    return Contract.objects.get(number="C-205")


@pytest.fixture
def project(demo: None) -> Project:
    """Mme Sarrazin's, introduced by Cabinet Kervadec, with the rule « Client »."""
    return Project.objects.get(number="P-201")


@pytest.fixture(scope="session")
def postgres() -> Iterator[dict[str, Any]]:
    """A PostgreSQL of the tests' own, which is gone with them."""
    if postgresql.programs() is None:
        if os.environ.get("CI") == "true":
            pytest.fail(postgresql.MISSING)
        pytest.skip(postgresql.MISSING)
    with postgresql.server() as database:
        yield database


@pytest.fixture(scope="session")
def migrated(django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database with all its tables, to be copied: the migrations take longer."""
    made = tmp_path_factory.mktemp("migrated") / "db.sqlite3"
    # A file keeps its journal mode: that of Django, which the settings' own then replace.
    wanted = {"NAME": made, "OPTIONS": databases.SQLITE["sqlite deferred"]}
    with django_db_blocker.unblock(), databases.default_database(wanted):
        return made


@pytest.fixture(params=databases.ALL)
def database(
    request: pytest.FixtureRequest,
    django_db_blocker: DjangoDbBlocker,
    migrated: Path,
    tmp_path: Path,
) -> Iterator[str]:
    """An empty database, in each of the ways in which a host may set it up; gives its name."""
    name: str = request.param
    if name in databases.SQLITE:
        file = shutil.copy(migrated, tmp_path / "db.sqlite3")
        wanted = {"NAME": file, "OPTIONS": databases.SQLITE[name]}
    else:
        server = request.getfixturevalue("postgres")
        wanted = {**server, "OPTIONS": databases.POSTGRES[name]}
    with django_db_blocker.unblock(), databases.default_database(wanted):
        if name in databases.POSTGRES:
            call_command("flush", interactive=False, verbosity=0)
        yield name
