"""A PostgreSQL of the tests' own: started in a temporary directory, gone with it.

It listens on a socket in that directory and nowhere else, so that it is in nobody's way.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MISSING = "no PostgreSQL for these tests: apt-get install postgresql"
USER = "backoffice"


def programs() -> Path | None:
    """Where `initdb` and `pg_ctl` are: on the path, or where Debian puts them, the newest."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(versions, key=lambda path: int(path.parent.name), default=None)


@contextmanager
def server(*, durable: bool = False) -> Iterator[dict[str, Any]]:
    """Runs a server, and gives Django's settings for its database.

    Not `durable`, it does not wait for the disk: enough for all but measurements.
    """
    bin = programs()
    assert bin is not None, MISSING
    folder = Path(tempfile.mkdtemp(prefix="backoffice-"))
    as_whom = _owner(folder)
    data = folder / "data"
    options = f"-k {folder} -c listen_addresses= -c max_connections=50"
    if not durable:
        options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [bin / program, "-D", data, *arguments],
            check=True,
            stdout=subprocess.DEVNULL,  # the server inherits it: a pipe would never end
            cwd=folder,
            **as_whom,
        )

    try:
        run("initdb", "-A", "trust", "-U", USER, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": "postgres",
                "USER": USER,
                "HOST": str(folder),
            }
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _owner(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then it runs as somebody else, who owns `folder`."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    entry = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
