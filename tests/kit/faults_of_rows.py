"""Like `faults`, for D20: rows of tables, where ids, addresses and rules may be anything."""

from __future__ import annotations

from collections.abc import Callable

from tests.oracles import conformance as oracle
from tests.oracles.conformance import is_valid

from .faults import Implementation, Json, asking, setting

TABLES = ("clients", "introducers")
KEYS = {"clients": "client_id", "introducers": "introducer_id"}


def on_rows(change: Callable[[list[Json], Json], list[Json]], *tables: str) -> Implementation:
    """The rows of the tables are others; `change` is given the id that is looked for, too."""

    def changed(asked: Json) -> None:
        for table in tables or TABLES:
            asked[table] = change(asked[table], asked["about"][KEYS[table]])

    return asking(changed, "resolve_row")


def of(rows: list[Json], id: Json) -> list[Json]:
    return [row for row in rows if row["id"] == id]


def merged(rows: list[Json], id: Json) -> list[Json]:
    its = of(rows, id)
    return [{"id": id, "emails": [email for row in its for email in row["emails"]]}] if its else []


def on_emails(change: Callable[[list[str]], list[str]], *tables: str) -> Implementation:
    return on_rows(
        lambda rows, _: [{**row, "emails": change(row["emails"])} for row in rows], *tables
    )


def on_rule(change: Callable[[Json], Json]) -> Implementation:
    return asking(
        lambda asked: asked["about"].update(rule=change(asked["about"]["rule"])), "resolve_row"
    )


def on_notices(change: Callable[[list[str]], list[str]]) -> Implementation:
    return setting("notices", lambda _, answer: change(answer["notices"]), "resolve_row")


def renaming(code: str, other: str) -> Implementation:
    def renamed(notices: list[str]) -> list[str]:
        found = {other if notice == code else notice for notice in notices}
        return [notice for notice in oracle.NOTICES if notice in found]

    return on_notices(renamed)


def said_of_all(asked: Json, answer: Json) -> list[str]:
    """Says it of the party who is not meant, too."""
    _, of_client = oracle.reachable(asked["clients"], asked["about"]["client_id"])
    _, of_other = oracle.reachable(asked["introducers"], asked["about"]["introducer_id"])
    more = {of_client, of_other} - {None, "no_address"}
    if asked["about"]["introducer_id"] is None:
        more -= {of_other}
    return [code for code in oracle.NOTICES if code in {*answer["notices"], *more}]


RESOLVE_ROW: dict[str, Implementation] = {
    "takes the first of two rows": on_rows(lambda rows, id: of(rows, id)[:1]),
    "takes the last of two rows": on_rows(lambda rows, id: of(rows, id)[-1:]),
    "takes all rows together": on_rows(merged),
    "takes two equal rows for one": on_rows(
        lambda rows, id: [r for i, r in enumerate(of(rows, id)) if r not in of(rows, id)[:i]]
    ),
    "drops rows without addresses": on_rows(lambda rows, _: [r for r in rows if r["emails"]]),
    "finds ids without regard to case": on_rows(
        lambda rows, id: [{**r, "id": id} for r in rows if id and r["id"].lower() == id.lower()]
    ),
    "finds ids without spaces": on_rows(
        lambda rows, id: [{**r, "id": id} for r in rows if r["id"].strip() == id]
    ),
    "finds the ids of clients without regard to case": on_rows(
        lambda rows, id: [{**r, "id": id} for r in rows if r["id"].lower() == id.lower()], "clients"
    ),
    "takes what is no address": setting(
        "to",
        lambda asked, a: (
            a["to"]
            and (
                of(asked["introducers"], "A7")
                if a["rule"] == "introducer"
                else of(asked["clients"], "C1")
            )[0]["emails"]
        ),
        "resolve_row",
    ),
    "drops a party with one bad address": on_emails(
        lambda found: found if all(map(is_valid, found)) else found[:1]
    ),
    "uses the first address alone": on_emails(lambda found: found[:1]),
    "uses the first valid one alone": on_emails(
        lambda found: [e for e in found if is_valid(e)][:1] + [e for e in found if not is_valid(e)]
    ),
    "says nothing of a bad client's address": on_emails(
        lambda found: [e for e in found if is_valid(e)] or found, "clients"
    ),
    "says nothing of a bad introducer's address": on_emails(
        lambda found: [e for e in found if is_valid(e)] or found, "introducers"
    ),
    "takes bad addresses for none": on_emails(lambda found: [e for e in found if is_valid(e)]),
    "strips addresses": on_emails(lambda found: [e.strip() for e in found]),
    "sorts addresses": on_emails(sorted),
    "keeps the last spelling": on_emails(lambda found: found[::-1]),
    "takes an unknown rule for the default": on_rule(
        lambda rule: rule if rule in oracle.MEANT else None
    ),
    "takes an empty rule for the default": on_rule(lambda rule: rule or None),
    "takes “none” for the default": on_rule(lambda rule: None if rule == "none" else rule),
    "takes “null” for the default": on_rule(lambda rule: None if rule == "null" else rule),
    "reads rules without regard to case": on_rule(lambda rule: rule and rule.lower()),
    "strips rules": on_rule(lambda rule: rule and rule.strip()),
    "reads the beginnings of rules": on_rule(
        lambda rule: "introducer" if rule and rule.startswith("introducer") else rule
    ),
    "takes no rule for an unknown one": on_rule(lambda rule: "none" if rule is None else rule),
    "names an unknown rule": setting(
        "rule",
        lambda asked, a: asked["about"]["rule"] if a["rule"] is None else a["rule"],
        "resolve_row",
    ),
    "says an unknown rule while it sleeps": setting(
        "notices",
        lambda asked, a: (
            a["notices"] if asked["about"]["rule"] in (None, *oracle.MEANT) else ["invalid_rule"]
        ),
        "resolve_row",
    ),
    "says one notice": on_notices(lambda notices: notices[:1]),
    "says notices the other way round": on_notices(lambda notices: notices[::-1]),
    "says notices by their letters": on_notices(sorted),
    "says what is wrong with whom nobody writes to": setting("notices", said_of_all, "resolve_row"),
    "calls an unknown id ambiguous": renaming("unknown_id", "ambiguous_id"),
    "calls an unknown id a missing address": setting(
        "notices",
        lambda _, a: [
            "no_client_address" if code == "unknown_id" and not a["to"] else code
            for code in a["notices"]
        ],
        "resolve_row",
    ),
    "calls an ambiguous id unknown": renaming("ambiguous_id", "unknown_id"),
    "calls some bad addresses a bad one": renaming("some_emails_invalid", "invalid_email"),
    "calls a bad address some": renaming("invalid_email", "some_emails_invalid"),
    **{
        f"does not say {code}": on_notices(
            lambda notices, code=code: [notice for notice in notices if notice != code]  # type: ignore[misc]
        )
        for code in oracle.NOTICES
    },
}
