"""Every question that the rule book can be asked, in plain data and as the library's records."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from partner_comms import (
    Client,
    CommissionBlock,
    Communication,
    CommunicationRule,
    Contract,
    Introducer,
    Introduction,
    Project,
)

from .core import Block, Case

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
