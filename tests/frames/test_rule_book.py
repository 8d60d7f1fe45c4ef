"""The frames follow the core: its decision table, its addresses."""

from __future__ import annotations

from copy import copy
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from attrs import evolve

from partner_comms import (
    DECISIONS,
    CommunicationRule,
    Decision,
    FeatureGate,
    Party,
    Reason,
    RecordKind,
    is_email_address,
    rules,
)
from partner_comms.frames import resolve_clients, resolve_deals

from .addresses import NASTY
from .engines import ENGINES, Engine, rows_of, table

OPEN = FeatureGate(premium=True, option_enabled=True)


def unlike_any(decision: Decision, **fields: Any) -> Decision:
    """A decision of no table, which can't be made by hand (D19)."""
    other = copy(decision)
    for name, value in fields.items():
        object.__setattr__(other, name, value)
    return other


class TestDecisionsAreGenerated:
    """S6, D15: the expressions come from `DECISIONS`; where a row of it changes, they follow."""

    DEALS = pl.DataFrame({"client_id": [1], "introducer_id": [7], "rule": ["introducer"]})
    CLIENTS = pl.DataFrame({"id": [1], "email": ["c@example.org"]})
    INTRODUCERS = pl.DataFrame({"id": [7], "email": ["i@example.org"]})

    def answer(self, **deal: Any) -> dict[str, Any]:
        resolved = resolve_deals(
            self.DEALS.with_columns(**{name: pl.lit(value) for name, value in deal.items()}),
            clients=self.CLIENTS,
            introducers=self.INTRODUCERS,
            communication="other" if deal.get("introducer_id", 0) is None else "mail_merge",
            gate=OPEN,
        )
        return resolved.row(0, named=True)

    @staticmethod
    def change(monkeypatch: pytest.MonkeyPatch, **of_introducer_rule: Any) -> None:
        def changed(decision: Decision) -> Decision:
            is_it = (
                decision.record_kind is RecordKind.CONTRACT
                and decision.reason is Reason.RULE_APPLIED
                and decision.rule is CommunicationRule.INTRODUCER
            )
            return unlike_any(decision, **of_introducer_rule) if is_it else decision

        monkeypatch.setattr(rules, "DECISIONS", tuple(map(changed, DECISIONS)))

    def test_as_it_is(self) -> None:
        answer = self.answer()
        assert (answer["to"], answer["cc"]) == ("i@example.org", None)

    def test_who_is_written_to(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.change(monkeypatch, cc=Party.CLIENT)
        answer = self.answer()
        assert (answer["to"], answer["cc"]) == ("i@example.org", "c@example.org")
        assert answer["reaches_client"]

    def test_who_is_in_copy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.change(monkeypatch, to=Party.CLIENT)
        assert self.answer()["to"] == "c@example.org"

    def test_the_order_of_reasons(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self.answer(introducer_id=None)["reason"] == "not_covered"
        order = [Reason.NO_INTRODUCER, *(r for r in Reason if r is not Reason.NO_INTRODUCER)]
        changed = tuple(sorted(DECISIONS, key=lambda decision: order.index(decision.reason)))
        monkeypatch.setattr(rules, "DECISIONS", changed)
        assert self.answer(introducer_id=None)["reason"] == "no_introducer"

    def test_deals_of_both_kinds_share_their_decisions(self) -> None:
        """D2: a table of deals does not say which are projects, and need not."""
        decisions = {
            kind: [evolve(d, record_kind=kind) for d in DECISIONS if d.record_kind is kind]
            for kind in (RecordKind.PROJECT, RecordKind.CONTRACT)
        }
        as_projects = [
            evolve(d, record_kind=RecordKind.PROJECT) for d in decisions[RecordKind.CONTRACT]
        ]
        assert decisions[RecordKind.PROJECT] == as_projects


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_every_engine_judges_addresses_as_the_core(engine: Engine) -> None:
    """D16: an address is one for every engine, or for none."""
    rows = [{"row": n, "email": text} for n, text in enumerate(NASTY)]
    valid = {n for n, text in enumerate(NASTY) if is_email_address(text)}
    assert len(valid) > 15
    source = table(
        rows, row=pa.int64(), email=pa.string(), introducer_id=pa.int64(), rule=pa.string()
    )
    introducers = table([], id=pa.int64(), email=pa.string())
    clients = resolve_clients(
        engine.make(source),
        introducers=engine.make(introducers),
        communication="mail_merge",
        gate=OPEN,
    )
    for row in rows_of(engine, clients, by="row"):
        text = NASTY[row["row"]]
        assert row["to"] == (text if row["row"] in valid else None)
        assert row["notice"] == (None if row["row"] in valid else "invalid_email"), text
