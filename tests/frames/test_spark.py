"""PySpark gives the core's answers too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import product
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings

from partner_comms import FeatureGate, InvalidTypeError
from partner_comms.frames import (
    ColumnsError,
    change_deals,
    filter_deals,
    prefill_deals,
    resolve_deals,
)
from tests.oracles import frames as oracle

from .engines import Row, rows_of, table
from .spark import SPARK, session
from .test_differential import FEW, LIST, TEXT, Portfolio, compare_recipients, portfolios
from .test_exhaustive import CASES, CASES_WITH_LISTS, compare, compare_faults, distinct
from .test_lazy import assert_read_only_now, made_of
from .test_rule_book import test_every_engine_judges_addresses_as_the_core as judges_addresses

OPEN = FeatureGate(premium=True, option_enabled=True)


@pytest.mark.unmeasured
def test_every_case() -> None:
    """S6 to S9, D1, D7 to D10, D13, D15: the core's answers, row by row."""
    session()
    assert compare(SPARK) == len(distinct()) * CASES
    formal = distinct()[:1]
    assert compare(SPARK, formal, lists=True) == CASES_WITH_LISTS


@pytest.mark.unmeasured
def test_every_fault() -> None:
    """D8, D20."""
    assert compare_faults(SPARK) == 7 * 7 * 5
    assert compare_faults(SPARK, lists=True) == 10 * 10 * 5


@pytest.mark.unmeasured
def test_random_portfolios_with_lists() -> None:
    """D20, and D8 to D10 for any number of addresses."""
    # A query takes Spark a second, however small: portfolios that have the same types share one.
    drawn: dict[tuple[pa.DataType, ...], list[Portfolio]] = defaultdict(list)

    @settings(FEW, max_examples=100)
    @given(portfolios(lists=True))
    def draw(portfolio: Portfolio) -> None:
        kinds = (portfolio.types[email] for email in EMAIL_COLUMNS)
        drawn[tuple(LIST if kind == LIST else TEXT for kind in kinds)].append(portfolio)

    draw()
    assert len(drawn) == 3  # lists in one of the tables, in the other, in both
    for kinds, found in drawn.items():
        types = dict(zip(EMAIL_COLUMNS, kinds, strict=True))
        compare_recipients(together(found, types), "formal_notice", (True, True), [SPARK])


EMAIL_COLUMNS = ("clients.email", "introducers.email")


def together(portfolios: Sequence[Portfolio], types: dict[str, pa.DataType]) -> Portfolio:
    """As one portfolio, no id of one being an id of another."""
    names = ("deals", "clients", "introducers")
    rows: dict[str, list[Row]] = {name: [] for name in names}
    for number, portfolio in enumerate(portfolios):
        for name in names:
            for row in getattr(portfolio, name):
                ids = {
                    column: f"{number}:{row[column]}"
                    for column in ("id", "client_id", "introducer_id")
                    if row.get(column) not in (None, "")
                }
                rows[name].append(row | ids | {"row": len(rows[name])})
    return Portfolio(**rows, whole=False, types=types)


@pytest.mark.unmeasured
def test_addresses() -> None:
    """D16: what is an address for the core is one here."""
    judges_addresses(SPARK)


def test_lazy() -> None:
    spark = session()
    tracker = spark.sparkContext.statusTracker()

    def make(*columns: str) -> Any:
        read = "raise_error('somebody read this table')"
        each = [
            f"cast({read} AS {'bigint' if c.endswith('id') else 'string'}) AS {c}" for c in columns
        ]
        return spark.range(3).selectExpr(*each)

    before = len(tracker.getJobIdsForGroup(None))
    made = made_of(make)
    assert len(tracker.getJobIdsForGroup(None)) == before
    assert_read_only_now(made[:1], lambda frame: frame.collect())


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


@pytest.mark.unmeasured
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


class TestColumns:
    """What is particular to Spark's columns."""

    PARTIES = "SELECT 'C' AS id, 'c@example.org' AS email UNION ALL SELECT 'I', 'i@example.org'"

    def resolved(self, deals: Any, parties: Any) -> dict[Any, tuple[Any, Any]]:
        answer = resolve_deals(
            deals, clients=parties, introducers=parties, communication="mail_merge", gate=OPEN
        )
        return {row["id"]: (row["to"], row["notice"]) for row in SPARK.rows(answer)}

    @pytest.mark.parametrize("collation", ["UTF8_LCASE", "UTF8_BINARY_RTRIM", "UNICODE_CI"])
    def test_collations(self, collation: str) -> None:
        """D19: a code in other letters is none, whatever the database takes for equal."""
        spark = session()
        if "RTRIM" in collation and spark.version < "4.1":
            pytest.skip("collations that trim need pyspark 4.1 or newer")
        other = "introducer " if "RTRIM" in collation else "INTRODUCER"
        texts = ", ".join(
            f"{name} COLLATE {collation} AS {name}" for name in ("cid", "iid", "rule")
        )
        deals = spark.sql(
            "SELECT id, cid AS client_id, iid AS introducer_id, rule "
            f"FROM (SELECT id, {texts} FROM "
            f"VALUES (1, 'C', 'I', '{other}'), (2, 'C', 'I', 'introducer'), (3, 'c ', 'i ', NULL) "
            "AS t(id, cid, iid, rule))"
        )
        parties = spark.sql(f"SELECT id, email COLLATE {collation} AS email FROM ({self.PARTIES})")
        assert self.resolved(deals, parties) == {
            1: (None, "invalid_rule"),
            2: ("i@example.org", None),
            3: (None, "unknown_id"),
        }
        filtered = filter_deals(deals, "introducer", gate=OPEN)
        assert [row["id"] for row in SPARK.rows(filtered)] == [2]
        changed = change_deals(deals, "introducer", selection=[1, 2], gate=OPEN)
        assert changed.schema["rule"] == deals.schema["rule"]
        assert {row["id"]: row["change"] for row in SPARK.rows(changed)} == {
            1: "changed",
            2: "unchanged",
            3: None,
        }

    @pytest.mark.unmeasured
    def test_wide_numbers(self) -> None:
        """D17: ids that differ are never taken for one."""
        spark = session()
        big = 2**53
        deals = spark.sql(
            f"SELECT id, id AS client_id, id AS introducer_id, 'introducer' AS rule FROM "
            f"VALUES (CAST({big + 1} AS decimal(20, 0))), (CAST(5 AS decimal(20, 0))) AS t(id)"
        )
        for kind in ("bigint", "decimal(18, 0)", "double"):
            parties = spark.sql(
                f"SELECT CAST(id AS {kind}) AS id, concat('n', i, '@example.org') AS email "
                f"FROM VALUES (0, {big}), (1, 5) AS t(i, id)"
            )
            assert set(self.resolved(deals, parties).values()) == {
                (None, "unknown_id"),
                ("n1@example.org", None),
            }
        changed = change_deals(deals, "client", selection=[big, 5, 2**70], gate=OPEN)
        assert {int(row["id"]) for row in SPARK.rows(changed) if row["change"]} == {5}

    def test_refused(self) -> None:
        spark = session()
        for kind in ("boolean", "binary", "date", "decimal(5, 2)", "array<string>"):
            deals = spark.sql(
                f"SELECT CAST(NULL AS {kind}) AS id, 'a' AS introducer_id, 'client' AS rule"
            )
            with pytest.raises(InvalidTypeError, match=r"deals\.id: got a column of type "):
                change_deals(deals, "client", selection=[], gate=OPEN)
            deals = deals.selectExpr("'a' AS id", "introducer_id", "id AS rule")
            with pytest.raises(InvalidTypeError, match=r"deals\.rule: got a column of type "):
                filter_deals(deals, "client", gate=OPEN)

    @pytest.mark.unmeasured
    def test_names_that_spark_reads_as_paths(self) -> None:
        """They are carried along untouched."""
        spark = session()
        deals = spark.sql(
            "SELECT 1 AS id, 'C' AS client_id, 'I' AS introducer_id, 'introducer' AS rule, "
            "2 AS `a.b`, 3 AS `c``d`, NULL AS nothing"
        )
        parties = spark.sql(self.PARTIES).selectExpr("*", "1 AS `x.y`")
        answers = [
            resolve_deals(
                deals, clients=parties, introducers=parties, communication="mail_merge", gate=OPEN
            ),
            filter_deals(deals, "introducer", gate=OPEN),
            change_deals(deals, "client", selection=[1], gate=OPEN),
        ]
        for answer in answers:
            assert answer.columns[:7] == deals.columns
            (row,) = SPARK.rows(answer)
            assert (row["a.b"], row["c`d"]) == (2, 3)
        assert SPARK.rows(answers[0])[0]["to"] == "i@example.org"

    @pytest.mark.unmeasured
    def test_nothing_in_a_column(self) -> None:
        deals = session().sql(
            "SELECT 'K' AS id, 'C' AS client_id, NULL AS introducer_id, NULL AS rule"
        )
        parties = session().sql(self.PARTIES)
        assert self.resolved(deals, parties) == {"K": ("c@example.org", None)}
