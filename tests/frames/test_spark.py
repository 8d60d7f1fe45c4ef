"""PySpark gives the core's answers too."""

from __future__ import annotations

from itertools import product
from typing import Any

import pyarrow as pa
import pytest

from partner_comms import FeatureGate
from partner_comms.frames import ColumnsError, change_deals, filter_deals, prefill_deals

from . import oracle
from .engines import Row, rows_of, table
from .spark import SPARK, session
from .test_exhaustive import CASES, compare

OPEN = FeatureGate(premium=True, option_enabled=True)


def test_every_case() -> None:
    """S6 to S9, D1, D7 to D10, D13, D15: the core's answers, row by row."""
    session()
    assert compare(SPARK) == CASES


RULES = (None, "client", "introducer", "strange")


@pytest.fixture(scope="module")
def rows() -> dict[str, list[Row]]:
    clients: list[Row] = [
        {"id": f"{preferred}-{rule}", "introducer_id": preferred, "rule": rule}
        for preferred, rule in product((None, "A", "B"), RULES)
    ]
    introducers: list[Row] = [{"id": rule or "A", "rule": rule} for rule in RULES]
    twice: list[Row] = [{"id": "twice", "introducer_id": None, "rule": None}] * 2
    deals: list[Row] = [
        {"client_id": client, "introducer_id": introducer, "rule": rule}
        for client, introducer, rule in product(
            (None, "unknown", "twice", *(client["id"] for client in clients)),
            (None, "unknown", "twice", "A", "B", "strange"),
            RULES,
        )
    ]
    return {
        "deals": [{"id": number} | deal for number, deal in enumerate(deals)],
        "clients": clients + twice,
        "introducers": introducers + [{"id": "twice", "rule": None}] * 2,
    }


@pytest.fixture(scope="module")
def frames(rows: dict[str, list[Row]]) -> dict[str, Any]:
    text = pa.string()
    kinds = {"id": text, "client_id": text, "introducer_id": text, "rule": text}
    return {
        name: SPARK.make(
            table(
                each,
                **{column: kinds[column] for column in each[0]}
                | ({"id": pa.int64()} if name == "deals" else {}),
            )
        )
        for name, each in rows.items()
    }


class TestTheOthers:
    """S10, S11, S13, S14 over all that a deal's ids and rules can be, faults included."""

    def test_prefill(self, rows: dict[str, list[Row]], frames: dict[str, Any]) -> None:
        answers = rows_of(SPARK, prefill_deals(**frames), by="id")
        assert answers == [
            deal | oracle.prefilled(deal, rows["clients"], rows["introducers"])
            for deal in rows["deals"]
        ]

    def test_filter(self, rows: dict[str, list[Row]], frames: dict[str, Any]) -> None:
        for wanted in ("none", "client", "introducer"):
            answers = rows_of(SPARK, filter_deals(frames["deals"], wanted, gate=OPEN), by="id")
            assert answers == [deal for deal in rows["deals"] if oracle.is_found(deal, wanted)]

    def test_change(self, rows: dict[str, list[Row]], frames: dict[str, Any]) -> None:
        """A selection may come from the very frame that is changed."""
        ids = [deal["id"] for deal in rows["deals"] if deal["id"] % 20 == 7]
        for selection in (ids, frames["deals"].where("id % 20 = 7")):
            changed = change_deals(frames["deals"], "client", selection=selection, gate=OPEN)
            assert rows_of(SPARK, changed, by="id") == [
                deal | oracle.changed(deal, "client", ids) for deal in rows["deals"]
            ]

    def test_upper_and_lower_case_are_one(self, frames: dict[str, Any]) -> None:
        deals = frames["deals"].withColumnRenamed("client_id", "Change")
        with pytest.raises(ColumnsError) as caught:
            change_deals(deals, "client", selection=[1], gate=OPEN)
        assert caught.value.overwritten == ("deals.Change",)
