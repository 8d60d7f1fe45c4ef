"""By hand in a Python loop: several addresses a party, for engines without functions on lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from . import ADDRESS, AMBIGUOUS, INVALID, MISSING, NO_ADDRESS, READY, UNKNOWN

IS_ADDRESS = re.compile(ADDRESS).fullmatch
IS_NONE = re.compile(NO_ADDRESS).search
FAULTS = ("", "", "invalid_email", "unknown_id", "ambiguous_id")
"""By state."""


class Party(NamedTuple):
    state: int
    emails: list[str] | None
    keys: list[str]
    """Lower-cased, as D9 compares them."""
    some_invalid: bool


NOBODY = Party(MISSING, None, [], False)
STRANGER = Party(UNKNOWN, None, [], False)
TWIN = Party(AMBIGUOUS, None, [], False)


def party(emails: Sequence[str] | None) -> Party:
    if emails is None or not len(emails):
        return NOBODY
    known: dict[str, str] = {}
    faults = 0
    for email in emails:
        if len(email) <= 254 and IS_ADDRESS(email) and not IS_NONE(email):
            known.setdefault(email.lower(), email)
        else:
            faults += 1
    if not known:
        return Party(INVALID, None, [], False)
    return Party(READY, list(known.values()), list(known), bool(faults))


def parties(ids: Iterable[Any], emails: Iterable[Any]) -> dict[Any, Party]:
    found: dict[Any, Party] = {}
    for each, texts in zip(ids, emails, strict=True):
        if each is not None:
            found[each] = TWIN if each in found else party(texts)
    return found


def resolve(
    rows: Iterable[tuple[Any, Any, str | None]],
    clients: dict[Any, Party],
    introducers: dict[Any, Party],
) -> dict[str, list[Any]]:
    """The columns of the answer for rows of client, introducer and rule."""
    answers = [
        answer(
            clients.get(client, STRANGER),
            introducers.get(introducer, STRANGER),
            "client" if introducer is None or rule is None else rule,
            introducer is None,
        )
        for client, introducer, rule in rows
    ]
    return dict(zip(COLUMNS, map(list, zip(*answers, strict=True)), strict=True))


COLUMNS = ("to", "cc", "applied_rule", "reason", "notice", "reaches_client", "reaches_introducer")


def answer(client: Party, introducer: Party, rule: str, none: bool) -> tuple[Any, ...]:
    mine, theirs = client.emails, introducer.emails
    shared = bool(mine and theirs and not set(client.keys).isdisjoint(introducer.keys))
    cc, needed = None, (client, introducer)
    if rule == "client":
        to, needed = mine, (client, client)
        reaches = client.state == READY, shared
    elif rule == "introducer":
        to, needed = theirs, (introducer, introducer)
        reaches = shared, introducer.state == READY
    elif rule == "client_and_introducer":
        to = mine
        if mine and theirs:
            keyed = zip(introducer.keys, theirs, strict=True)
            others = [email for key, email in keyed if key not in client.keys] if shared else theirs
            cc = others or None
        reaches = client.state == READY, bool(mine and theirs)
    else:
        return None, None, None, "rule_applied", "invalid_rule", False, False

    notice = None
    worst = max(each.state for each in needed)
    if worst == MISSING:
        mine_missing = rule != "introducer" and client.state == MISSING
        whose = "client" if mine_missing else "introducer"
        notice = f"no_{whose}_address"
    elif worst != READY:
        notice = FAULTS[worst]
    elif rule == "introducer" and not shared:
        notice = "client_not_addressed"
    elif any(each.some_invalid for each in needed):
        notice = "some_emails_invalid"
    return to, cc, rule, "no_introducer" if none else "rule_applied", notice, *reaches
