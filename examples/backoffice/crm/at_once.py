"""Several people at once: what a change reads is what it changes, whatever the database does.

At any isolation level. The second one waits; one that can't wait gets a `BusyError` and has stored
nothing, which its text says, with what to do.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections, transaction
from django.db.models import F, Field, Model, QuerySet

ModelT = TypeVar("ModelT", bound=Model)

BUSY = (
    "Quelqu'un d'autre modifiait les mêmes fiches au même moment : rien n'a été enregistré. "
    "Recommencez dans quelques instants."
)


class BusyError(Exception):
    """Somebody else was faster, and nothing is stored; the text is for the user."""

    def __init__(self) -> None:
        super().__init__(BUSY)


@contextmanager
def all_or_nothing(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """A transaction whose lost race is a `BusyError`, also where it is lost at the end."""
    try:
        with transaction.atomic(using=using):
            yield
    except OperationalError as error:
        if not is_lost_race(error):
            raise
        raise BusyError from error


# https://www.postgresql.org/docs/current/errcodes-appendix.html and https://sqlite.org/rescode.html
_POSTGRES = {"40001", "40P01", "55P03"}  # not serializable, deadlock, no lock in time
_SQLITE = {5, 6}  # busy, locked: « database is locked »


def is_lost_race(error: OperationalError) -> bool:
    """Whether the same again may well succeed: somebody else had the lock, or was faster."""
    cause = error.__cause__
    if getattr(cause, "sqlstate", None) in _POSTGRES:
        return True
    return getattr(cause, "sqlite_errorcode", 0) & 0xFF in _SQLITE


def locked(records: QuerySet[ModelT]) -> QuerySet[ModelT]:
    """`records`, which nobody else changes between their being read and the transaction's end.

    SQLite has no locks on rows, but one writer at a time: that is then this one. It must be so
    before the first row is read, since who reads first can find that somebody else has written.
    """
    if connections[records.db].features.has_select_for_update:
        return records.select_for_update(of=("self",), no_key=True)
    nothing = records.model._base_manager.using(records.db).filter(pk=0)
    nothing.update(**{_key(records.model): F("pk")})
    return records


def _key(model: type[Model]) -> str:
    key = model._meta.pk
    assert key is not None
    return key.name


# --- A page that was opened before somebody else's change -----------------------------------------


def as_seen(record: Model) -> str:
    """What a page remembers of `record` while somebody types: each stored field."""
    return json.dumps(
        {field.name: field.value_from_object(record) for field in _fields(record)},
        cls=DjangoJSONEncoder,
    )


def changed_since(seen: str, stored: Model) -> list[str]:
    """What is stored now and was not `seen`, in words: « Règle : Client → Apporteur ».

    A ValueError where `seen` is nothing that `as_seen` has written.
    """
    then = json.loads(seen)
    fields = _fields(stored)
    if not isinstance(then, dict) or set(then) != {field.name for field in fields}:
        raise ValueError("not written by as_seen")
    now = json.loads(as_seen(stored))
    return [
        f"{_name(field)} : {_words(field, then[field.name])} → {_words(field, now[field.name])}"
        for field in fields
        if then[field.name] != now[field.name]
    ]


def _fields(record: Model) -> list[Field[Any, Any]]:
    return [field for field in record._meta.concrete_fields if not field.primary_key]


def _name(field: Field[Any, Any]) -> str:
    name = str(field.verbose_name)
    return name[:1].upper() + name[1:]


def _words(field: Field[Any, Any], value: Any) -> str:
    """A stored value as the page shows it."""
    if value in (None, ""):
        return "aucun"
    if field.related_model is not None:
        assert isinstance(field.related_model, type)
        return str(field.related_model._base_manager.filter(pk=value).first() or "supprimé")
    if isinstance(value, bool):
        return "oui" if value else "non"
    return str(dict(field.flatchoices).get(value, value))
