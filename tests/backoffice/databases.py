"""The databases that the site has to hold on, each in the ways in which a host may set it up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connections
from psycopg import IsolationLevel

T = TypeVar("T")

NOBODY_LOSES = ("sqlite", "sqlite deferred", "postgresql")
"""Where everybody waits for their turn: as the settings have them, and as Django has them."""

SQLITE: dict[str, dict[str, Any]] = {
    "sqlite": settings.DATABASES["default"]["OPTIONS"],
    "sqlite deferred": {"timeout": 20},  # as Django sets it up
}
POSTGRES: dict[str, dict[str, Any]] = {
    "postgresql": {},  # READ COMMITTED
    "postgresql repeatable read": {"isolation_level": IsolationLevel.REPEATABLE_READ},
    "postgresql serializable": {"isolation_level": IsolationLevel.SERIALIZABLE},
}
ALL = [*SQLITE, *POSTGRES]


@contextmanager
def default_database(wanted: dict[str, Any]) -> Iterator[None]:
    """Who asks for the default database gets this one, in any thread, with all its tables."""
    before, connection = connections.settings["default"], connections["default"]
    connections.settings["default"] = {**before, **wanted}
    connections["default"] = connections.create_connection("default")
    ContentType.objects.clear_cache()
    try:
        call_command("migrate", verbosity=0)
        yield
    finally:
        connections["default"].close()
        connections.settings["default"] = before
        connections["default"] = connection
        ContentType.objects.clear_cache()


def at_once(*jobs: Callable[[], T]) -> list[T]:
    """What the jobs give, each done by a thread with a connection of its own."""

    def alone(job: Callable[[], T]) -> T:
        try:
            return job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(alone, jobs))
