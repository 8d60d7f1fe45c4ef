"""What each function should answer, in plain Python over rows, from the clauses alone.

It takes tables as lists of dicts and shares nothing with the library but, for addresses, the one
function that hosts have for doubtful data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from partner_comms import is_email_address

from .core import FAMILIES, lower

Row: TypeAlias = Mapping[str, Any]
RULES = ("client", "introducer", "client_and_introducer")


def found(rows: Sequence[Row], id: object) -> list[Row]:
    """The rows of a look-up table with that id: a null id has none, nor an empty one (D17)."""
    return [row for row in rows if id not in (None, "") and row["id"] == id]


def addresses_of(rows: Sequence[Row]) -> tuple[list[str], str | None]:
    """The party's addresses, and what is wrong: the notice, without the party's name (D8, D20)."""
    if len(rows) != 1:
        return [], "ambiguous_id" if rows else "unknown_id"
    email = rows[0]["email"]
    given = (
        [email] if isinstance(email, str) else [text for text in email or () if text is not None]
    )
    valid = [text for text in given if is_email_address(text)]
    if not valid:
        return [], "invalid_email" if given else "no_address"
    distinct: dict[str, str] = {}
    for address in valid:
        distinct.setdefault(lower(address), address)
    return list(distinct.values()), None if valid == given else "some_emails_invalid"


def why_as_usual(row: Row, communication: str, premium: bool, option: bool) -> str | None:
    """D15."""
    if not premium:
        return "not_premium"
    if not option:
        return "option_off"
    if communication not in FAMILIES:
        return "not_covered"
    return "no_introducer" if row["introducer_id"] is None else None


def resolved(
    row: Row,
    client_rows: Sequence[Row],
    introducers: Sequence[Row],
    *,
    communication: str,
    premium: bool,
    option: bool,
    lists: bool = False,
) -> dict[str, Any]:
    client, client_fault = addresses_of(client_rows)
    introducer, introducer_fault = addresses_of(found(introducers, row["introducer_id"]))
    usual = why_as_usual(row, communication, premium, option)
    rule = "client" if usual or row["rule"] is None else row["rule"]
    if rule not in RULES:
        return {
            "to": None,
            "cc": None,
            "applied_rule": None,
            "reason": "rule_applied",
            "notice": "invalid_rule",
            "reaches_client": False,
            "reaches_introducer": False,
        }
    to = introducer if rule == "introducer" else client
    cc = introducer if rule == "client_and_introducer" and to else []
    cc = [address for address in cc if lower(address) not in map(lower, to)]
    written_to = {lower(address) for address in to + cc}
    reaches_client = any(lower(address) in written_to for address in client)
    reaches_introducer = any(lower(address) in written_to for address in introducer)

    faults = []
    if rule != "introducer":
        faults.append("no_client_address" if client_fault == "no_address" else client_fault)
    if rule != "client":
        fault = introducer_fault
        faults.append("no_introducer_address" if fault == "no_address" else fault)
    if FAMILIES.get(communication) == "d" and to and not reaches_client:
        faults.append("client_not_addressed")
    order = (
        "ambiguous_id",
        "unknown_id",
        "invalid_email",
        "no_client_address",
        "no_introducer_address",
        "client_not_addressed",
        "some_emails_invalid",
    )
    return {
        "to": in_column(to, lists=lists),
        "cc": in_column(cc, lists=lists),
        "applied_rule": rule,
        "reason": usual or "rule_applied",
        "notice": next((notice for notice in order if notice in faults), None),
        "reaches_client": reaches_client,
        "reaches_introducer": reaches_introducer,
    }


def in_column(addresses: Sequence[str], *, lists: bool) -> Any:
    """Nobody is null; a table of texts has one address for each party."""
    if not addresses:
        return None
    return list(addresses) if lists else addresses[0]


def prefilled(row: Row, clients: Sequence[Row], introducers: Sequence[Row]) -> dict[str, Any]:
    """S10, S11, D5."""

    def nothing(notice: str | None) -> dict[str, Any]:
        return {
            "prefilled_rule": None,
            "prefill_source": None,
            "differs_from_preferred": False,
            "prefill_notice": notice,
        }

    if row["introducer_id"] is None:
        return nothing(None)
    client_rows = found(clients, row["client_id"])
    introducer_rows = found(introducers, row["introducer_id"])
    if len(client_rows) > 1 or len(introducer_rows) > 1:
        return nothing("ambiguous_id")
    if not client_rows or not introducer_rows:
        return nothing("unknown_id")
    preferred = client_rows[0]["introducer_id"]
    source = introducer_rows[0] if preferred is None else client_rows[0]
    rule = "client" if source["rule"] is None else source["rule"]
    if rule not in RULES:
        return nothing("invalid_rule")
    return {
        "prefilled_rule": rule,
        "prefill_source": "introducer" if preferred is None else "client",
        "differs_from_preferred": preferred is not None and preferred != row["introducer_id"],
        "prefill_notice": None,
    }


def is_found(row: Row, wanted: str) -> bool:
    """S13, D3."""
    if row["introducer_id"] is None:
        return wanted == "none"
    return wanted in RULES and wanted == ("client" if row["rule"] is None else row["rule"])


def changed(row: Row, rule: str, selection: Sequence[object]) -> dict[str, Any]:
    """S14, D11."""
    if row["id"] is None or row["id"] not in selection:
        return {"rule": row["rule"], "change": None}
    if row["introducer_id"] is None:
        return {"rule": row["rule"], "change": "skipped"}
    if row["rule"] == rule or (row["rule"] is None and rule == "client"):
        return {"rule": row["rule"], "change": "unchanged"}
    return {"rule": rule, "change": "changed"}
