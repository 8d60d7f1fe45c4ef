"""The specification a second time, in plain data: what the answer should be, clause by clause.

Written from the clauses and not from the code, it shares nothing with the library: texts, tuples
and dicts in and out. Where the two disagree, one of them has misread a clause.
"""

from __future__ import annotations

from string import ascii_lowercase, ascii_uppercase
from typing import NamedTuple

LOWERED = str.maketrans(ascii_uppercase, ascii_lowercase)

# S5: "It governs five families of communication. Nothing else."
FAMILIES = {
    "manual_email": "a",
    "unpaid_call": "b",
    "unpaid_reminder": "b",
    "documents_call": "c",
    "documents_reminder": "c",
    "formal_notice": "d",
    "suspension_notice": "d",
    "termination_notice": "d",
    "mail_merge": "e",
}


class Block(NamedTuple):
    """An introduction as a record holds it: a rule, and the addresses of the introducer."""

    rule: str
    introducer_emails: tuple[str, ...]


class Case(NamedTuple):
    premium: bool
    option_enabled: bool
    communication: str
    about: str
    """The kind of record that the e-mail concerns: client, project or contract."""
    client_emails: tuple[str, ...]
    client_block: Block | None
    """The client's record's own, with its preferred introducer."""
    deal_block: Block | None
    """The deal's, where the e-mail concerns one."""


def lower(address: str) -> str:
    """D9: equal after lower-casing ASCII letters."""
    return address.translate(LOWERED)


def governing_block(case: Case) -> Block | None:
    """S7, S8, D1, D2: the deal's own where there is a deal, else the client's. Never both."""
    return case.client_block if case.about == "client" else case.deal_block


def usual_reasons(case: Case) -> list[str]:
    """D15: all reasons to write to the client as usual, in the order in which they are given."""
    holds = {
        "not_premium": not case.premium,
        "option_off": not case.option_enabled,
        "not_covered": case.communication not in FAMILIES,
        "no_introducer": governing_block(case) is None,
    }
    return [reason for reason, held in holds.items() if held]


def expected(case: Case) -> dict[str, object]:
    """The answer, in the form of the audit log."""
    reasons = usual_reasons(case)
    block = governing_block(case)
    rule = "client" if reasons or block is None else block.rule
    client = list(case.client_emails)
    introducer = list(block.introducer_emails) if block else []

    # S6
    wanted_to = {"client": client, "introducer": introducer, "client_and_introducer": client}[rule]
    wanted_cc = introducer if rule == "client_and_introducer" else []

    # D8: who is named, who of them can't be reached
    notices = []
    if rule in ("client", "client_and_introducer") and not client:
        notices.append("no_client_address")
    if rule in ("introducer", "client_and_introducer") and not introducer:
        notices.append("no_introducer_address")
    to = wanted_to
    cc = [address for address in wanted_cc if lower(address) not in {lower(a) for a in to}]  # D9
    if not to:
        cc = []

    # D10
    written_to = {lower(address) for address in to + cc}
    reached = bool(written_to & {lower(address) for address in client})
    if FAMILIES.get(case.communication) == "d" and written_to and not reached:
        notices.append("client_not_addressed")

    return {
        "record_kind": case.about,
        "reason": reasons[0] if reasons else "rule_applied",
        "rule": rule,
        "to": to,
        "cc": cc,
        "notices": notices,
    }
