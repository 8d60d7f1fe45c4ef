"""The people and records that the clause tests write about."""

from __future__ import annotations

from partner_comms import (
    Client,
    CommissionBlock,
    CommunicationRule,
    Contract,
    FeatureGate,
    Introducer,
    Introduction,
    Notice,
    Product,
    Project,
)

OPEN = FeatureGate(premium=True, option_enabled=True)
CLOSED = (
    FeatureGate(premium=False, option_enabled=False),
    FeatureGate(premium=False, option_enabled=True),
    FeatureGate(premium=True, option_enabled=False),
)

CLIENT = CommunicationRule.CLIENT
INTRODUCER = CommunicationRule.INTRODUCER
CLIENT_AND_INTRODUCER = CommunicationRule.CLIENT_AND_INTRODUCER

OF_TABLES_ALONE = (
    Notice.INVALID_RULE,
    Notice.AMBIGUOUS_ID,
    Notice.UNKNOWN_ID,
    Notice.INVALID_EMAIL,
    Notice.SOME_EMAILS_INVALID,
)
NOTICES = tuple(notice for notice in Notice if notice not in OF_TABLES_ALONE)
"""Those that an answer can carry."""

DURAND = Introducer(
    "A7",
    name="Cabinet Durand",
    emails="contact@durand.example",
    block=CommissionBlock(rule=INTRODUCER, terms="12 %"),
)
LEROY = Introducer("A8", name="Leroy", emails=["leroy@leroy.example", "bis@leroy.example"])
MUTE = Introducer("A0")


def introduced(rule: CommunicationRule, by: Introducer = DURAND) -> Introduction:
    return Introduction(introducer=by, block=CommissionBlock(rule=rule, terms=f"by {by.id}"))


MARTIN = Client("C1", name="Mme Martin", emails="martin@example.org", introduction=None)
PETIT = Client(
    "C2", name="M. Petit", emails=["petit@example.org"], introduction=introduced(INTRODUCER)
)
NOWHERE = Client("C0", introduction=None)


def contract(
    introduction: Introduction | None, *, client: Client = MARTIN, id: str = "K1"
) -> Contract:
    return Contract(id, client=client, introduction=introduction)


def project(
    introduction: Introduction | None, *, client: Client = MARTIN, id: str = "P1"
) -> Project:
    return Project(id, client=client, introduction=introduction)


PRODUCT = Product("auto", name="Auto", block=CommissionBlock(rule=INTRODUCER, terms="3 %"))
