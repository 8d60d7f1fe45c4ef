"""What the conformance cases should answer: the clauses read a second time, on plain JSON.

Like `core.py`, which answers for `resolve`, it shares nothing with the library.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from .core import Block, Case, expected, lower, usual_reasons

Json = Any


def once(emails: list[str]) -> tuple[str, ...]:
    """D9: each address once, in its first spelling, in the party's order."""
    return tuple(
        email
        for position, email in enumerate(emails)
        if lower(email) not in map(lower, emails[:position])
    )


def block(introduction: Json) -> Block | None:
    if introduction is None:
        return None
    return Block(introduction["rule"], once(introduction["introducer"]["emails"]))


def resolve(asked: Json) -> Json:
    about = asked["about"]
    kind = about["record_kind"]
    client = about if kind == "client" else about["client"]
    return expected(
        Case(
            premium=asked["gate"]["premium"],
            option_enabled=asked["gate"]["option_enabled"],
            communication=asked["communication"],
            about=kind,
            client_emails=once(client["emails"]),
            client_block=block(client["introduction"]),
            deal_block=None if kind == "client" else block(about["introduction"]),
        )
    )


def prefill(asked: Json) -> Json:
    """S10, S11, D4: the whole block, from the client's where the client prefers somebody."""
    preferred = asked["client"]["introduction"]
    assigned = asked["introducer"]
    origin = assigned if preferred is None else preferred
    return {
        "source": "introducer" if preferred is None else "client",
        # D5
        "differs_from_preferred": preferred is not None
        and preferred["introducer"]["id"] != assigned["id"],
        "introduction": {
            "rule": origin["rule"],
            "terms": origin["terms"],
            "introducer": {"id": assigned["id"]},
        },
    }


def refusal(asked: Json) -> Json:
    """D7, in the order of D15."""
    if not asked["gate"]["premium"]:
        return {"refused": "not_premium"}
    if not asked["gate"]["option_enabled"]:
        return {"refused": "option_off"}
    return None


def stored_rule(deal: Json) -> str:
    """D3: no introducer, no rule."""
    return "none" if deal["introduction"] is None else deal["introduction"]["rule"]


def filter_(asked: Json) -> Json:
    """S13: the deals' own rules, not those of their clients (D1)."""
    found = [deal for deal in asked["deals"] if stored_rule(deal) == asked["wanted"]]
    return refusal(asked) or {
        "deals": [{"record_kind": deal["record_kind"], "id": deal["id"]} for deal in found]
    }


def change_rule(asked: Json) -> Json:
    """S14, D11: the rule alone, of those that have an introducer."""
    after, outcomes = [], []
    for deal in asked["selection"]:
        kept = {key: deal[key] for key in ("record_kind", "id", "introduction")}
        if stored_rule(deal) == "none":
            outcomes.append("skipped")
        elif stored_rule(deal) == asked["rule"]:
            outcomes.append("unchanged")
        else:
            outcomes.append("changed")
            kept["introduction"] = {**deal["introduction"], "rule": asked["rule"]}
        after.append(kept)
    return refusal(asked) or {"after": after, "outcomes": outcomes}


LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
BEFORE = LETTERS + DIGITS + "!#$%&'*+/=?^_`{|}~-."


def labels(text: str) -> list[str]:
    return text.rpartition("@")[2].split(".")


D16: dict[str, Callable[[str], bool]] = {
    "one @": lambda text: text.count("@") == 1,
    "something before the @": lambda text: not text.startswith("@"),
    "letters before the @": lambda text: all(c in BEFORE for c in text.partition("@")[0]),
    "no dot in front": lambda text: not text.startswith("."),
    "no dot before the @": lambda text: ".@" not in text,
    "no two dots before the @": lambda text: ".." not in text.partition("@")[0],
    "no - in front": lambda text: not text.startswith("-"),
    "no part of an encoded word": lambda text: not re.search("[?][bq][?]", text.lower()),
    "letters in the domain": lambda text: all(
        c in LETTERS + DIGITS + "-" for label in labels(text) for c in label
    ),
    "no empty label": lambda text: all(labels(text)),
    "no - in front of a label": lambda text: not any(x.startswith("-") for x in labels(text)),
    "no - at the end of a label": lambda text: not any(x.endswith("-") for x in labels(text)),
    "two labels": lambda text: len(labels(text)) > 1,
    "no number at the end": lambda text: not all(c in DIGITS for c in labels(text)[-1] or "a"),
    "no label of 64": lambda text: all(len(label) < 64 for label in labels(text)),
    "no 65 before the @": lambda text: len(text.partition("@")[0]) < 65,
    "no 255": lambda text: len(text) < 255,
}
"""What D16 asks of an address, each by itself."""


@cache
def is_valid(text: str) -> bool:
    return all(holds(text) for holds in D16.values())


def address(asked: Json) -> Json:
    """D16"""
    return {"valid": is_valid(asked["text"])}


def reachable(rows: list[Json], id: Json) -> tuple[tuple[str, ...], str | None]:
    """D20: the addresses of a party that can be used, and what is wrong with the party."""
    its = [row["emails"] for row in rows if row["id"] == id]
    if len(its) != 1:
        return (), "ambiguous_id" if its else "unknown_id"
    valid = once([email for email in its[0] if is_valid(email)])
    if not valid:
        return (), "invalid_email" if its[0] else "no_address"
    all_valid = all(is_valid(email) for email in its[0])
    return valid, None if all_valid else "some_emails_invalid"


NOTICES = (
    "invalid_rule",
    "ambiguous_id",
    "unknown_id",
    "invalid_email",
    "no_client_address",
    "no_introducer_address",
    "client_not_addressed",
    "some_emails_invalid",
)
"""In their order (D20)."""
MEANT = {
    "client": ["client"],
    "introducer": ["introducer"],
    "client_and_introducer": ["client", "introducer"],
}
"""S6: whom each rule means."""


def resolve_row(asked: Json) -> Json:
    """D20, with D8 for whom it leaves without address."""
    about = asked["about"]
    client, of_client = reachable(asked["clients"], about["client_id"])
    introducer, of_introducer = reachable(asked["introducers"], about["introducer_id"])
    rule = "client" if about["rule"] is None else about["rule"]  # S4
    case = Case(
        premium=asked["gate"]["premium"],
        option_enabled=asked["gate"]["option_enabled"],
        communication=asked["communication"],
        about=about["record_kind"],
        client_emails=client,
        client_block=None,
        deal_block=None if about["introducer_id"] is None else Block(rule, introducer),
    )
    if not usual_reasons(case) and rule not in MEANT:
        said = {"to": [], "cc": [], "notices": ["invalid_rule"]}
        return {"record_kind": case.about, "reason": "rule_applied", "rule": None, **said}
    answer = expected(case)
    faults = {"client": of_client, "introducer": of_introducer}
    found = {
        f"no_{party}_address" if faults[party] == "no_address" else faults[party]
        for party in MEANT[str(answer["rule"])]
    }
    if "client_not_addressed" in str(answer["notices"]):
        found.add("client_not_addressed")
    return {**answer, "notices": [notice for notice in NOTICES if notice in found]}


ANSWERS = {
    "resolve": resolve,
    "prefill": prefill,
    "filter": filter_,
    "change_rule": change_rule,
    "address": address,
    "resolve_row": resolve_row,
}
