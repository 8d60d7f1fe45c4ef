"""Every case there is, held against the oracle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import product

from partner_comms import (
    DECISIONS,
    Client,
    CommissionBlock,
    Communication,
    CommunicationRule,
    Contract,
    FeatureGate,
    Introducer,
    Introduction,
    Project,
    decide,
    resolve_recipients,
)

from .examples import NOTICES
from .oracle import Block, Case, expected

CLIENT_EMAILS = ((), ("c@client.example",), ("c@client.example", "c2@client.example"))
INTRODUCER_EMAILS = (
    (),
    ("i@introducer.example",),
    ("i@introducer.example", "i2@introducer.example"),
    ("C@Client.example",),
)
OTHER_EMAILS = ("other@introducer.example",)
"""The introducer of the record that does not govern: nobody may ever be written to there (D1)."""
RULES = (None, "client", "introducer", "client_and_introducer")


def all_cases() -> Iterator[Case]:
    for premium, option, communication, about, governs, other, client, introducer in product(
        (True, False),
        (True, False),
        (c.value for c in Communication),
        ("client", "project", "contract"),
        RULES,
        RULES,
        CLIENT_EMAILS,
        INTRODUCER_EMAILS,
    ):
        governing_block = Block(governs, introducer) if governs else None
        other_block = Block(other, OTHER_EMAILS) if other else None
        on_client = about == "client"
        yield Case(
            premium=premium,
            option_enabled=option,
            communication=communication,
            about=about,
            client_emails=client,
            client_block=governing_block if on_client else other_block,
            deal_block=other_block if on_client else governing_block,
        )


def introduction(block: Block | None) -> Introduction | None:
    if block is None:
        return None
    return Introduction(
        introducer=Introducer(1, emails=block.introducer_emails),
        block=CommissionBlock(rule=CommunicationRule(block.rule)),
    )


def about(case: Case) -> Client | Project | Contract:
    client = Client(1, emails=case.client_emails, introduction=introduction(case.client_block))
    if case.about == "client":
        return client
    deal = Project if case.about == "project" else Contract
    return deal(1, client=client, introduction=introduction(case.deal_block))


def test_every_case() -> None:
    """All S and D clauses that change a recipient, against the oracle, over every case."""
    decisions: Counter[object] = Counter()
    notices: Counter[object] = Counter()
    walked = 0
    for case in all_cases():
        gate = FeatureGate(premium=case.premium, option_enabled=case.option_enabled)
        answer = resolve_recipients(case.communication, about(case), gate=gate)
        assert answer.as_dict() == expected(case), case
        assert answer.decision is decide(case.communication, about(case), gate=gate)
        assert answer.is_deliverable is bool(answer.to)
        decisions[answer.decision] += 1
        notices.update(answer.notices)
        walked += 1
    assert walked == 4 * len(Communication) * 3 * 4 * 4 * 3 * 4
    assert set(decisions) == set(DECISIONS)
    assert set(notices) == set(NOTICES)
