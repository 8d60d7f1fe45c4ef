"""What the conformance cases should answer: the clauses read a second time, on plain JSON.

Like `core.py`, which answers for `resolve`, it shares nothing with the library.
"""

from __future__ import annotations

from typing import Any

from .core import Block, Case, expected, lower

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


ANSWERS = {
    "resolve": resolve,
    "prefill": prefill,
    "filter": filter_,
    "change_rule": change_rule,
}
