"""From a host's rows to the library's values. Copy it, and give the columns your own names.

A row is an object with an attribute for each column, as Django and SQLAlchemy make them. A client
and a deal have their introducer's row, or None, and a deal has its client's: load these with it, in
one query.
"""

from __future__ import annotations

from typing import Any

from partner_comms import Client, CommissionBlock, Contract, Introducer, Introduction, Project


def as_introducer(row: Any) -> Introducer:
    return Introducer(row.id, name=row.name, emails=row.emails, block=_block(row))


def as_client(row: Any) -> Client:
    return Client(row.id, name=row.name, emails=row.emails, introduction=_introduction(row))


def as_deal(row: Any) -> Project | Contract:
    make = Project if row.kind == "project" else Contract
    return make(row.id, client=as_client(row.client), introduction=_introduction(row))


def _introduction(row: Any) -> Introduction | None:
    """Who introduced this client or deal, and on which block."""
    if row.introducer is None:
        return None
    return Introduction(introducer=as_introducer(row.introducer), block=_block(row))


def _block(row: Any) -> CommissionBlock:
    return CommissionBlock(rule=row.rule, terms=row.terms)
