"""`compare`: what changes for each e-mail, from every answer to every other."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from partner_comms import AnswerChange, FeatureGate, InvalidTypeError
from partner_comms.frames import ColumnsError, change_deals, compare, resolve_deals

from .engines import DUCKDB, ENGINES, POLARS, Engine, Row, rows_of, table
from .spark import SPARK

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "frames.md"
OPEN = FeatureGate(premium=True, option_enabled=True)
EVERY = pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
INT, TEXT, TEXTS = pa.int64(), pa.string(), pa.list_(pa.string())

ANSWERS: dict[str, tuple[list[str], list[str]]] = {
    "nobody": ([], []),
    "A": (["a@example.org"], []),
    "A, copy to X": (["a@example.org"], ["x@example.org"]),
    "A, copy to Y": (["A@example.org"], ["y@example.org"]),
    "B": (["b@example.org"], []),
    "B, copy to X": (["b@example.org"], ["X@example.org"]),
}
"""To and Cc of every kind of answer; spellings differ, which makes no other address (D9)."""


def documented() -> dict[tuple[str, str], str]:
    """The table in the reference: a row for the answer before, a column for the one after."""
    text = PAGE.read_text(encoding="utf-8").partition("| before \\ after |")[2]
    header, _, *lines = text.partition("\n\n")[0].splitlines()
    after = [cell.strip() for cell in header.strip("|").split("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {
        (before, name): code.strip("`")
        for before, *codes in rows
        for name, code in zip(after, codes, strict=True)
    }


def wanted(before: tuple[list[str], list[str]], after: tuple[list[str], list[str]]) -> str:
    """The same in plain Python."""
    (to, cc), (new_to, new_cc) = [
        [sorted(map(str.lower, each)) for each in answer] for answer in (before, after)
    ]
    if not to and not new_to:
        return "same"
    if not to or not new_to:
        return "rescued" if new_to else "silenced"
    if to != new_to:
        return "redirected"
    if not cc or not new_cc:
        return "same" if cc == new_cc else "copy_added" if new_cc else "copy_removed"
    return "same" if cc == new_cc else "copy_changed"


def test_the_table_of_the_reference() -> None:
    assert documented() == {
        (one, two): wanted(ANSWERS[one], ANSWERS[two]) for one, two in product(ANSWERS, ANSWERS)
    }
    assert set(documented().values()) == set(AnswerChange)


def answers(engine: Engine, rows: list[tuple[Any, list[str], list[str]]], kind: Any) -> Any:
    def cell(addresses: list[str]) -> Any:
        return (addresses or None) if kind == TEXTS else next(iter(addresses), None)

    plain: list[Row] = [{"id": each, "to": cell(to), "cc": cell(cc)} for each, to, cc in rows]
    return engine.make(table(plain, id=INT, to=kind, cc=kind))


def check_every_transition(engine: Engine, one: pa.DataType, two: pa.DataType) -> int:
    cases = list(product(ANSWERS.values(), ANSWERS.values()))
    before = answers(engine, [(n, *case[0]) for n, case in enumerate(cases)], one)
    after = answers(engine, [(n, *case[1]) for n, case in enumerate(cases)][::-1], two)
    compared = sorted(engine.rows(compare(before, after)), key=lambda row: int(row["id"]))
    assert [row["change"] for row in compared] == [wanted(*case) for case in cases]
    assert list(compared[0]) == ["id", "to", "cc", "change"]
    return len(compared)


@EVERY
def test_every_transition(engine: Engine) -> None:
    """Of texts, of lists, and from one to the other."""
    for one, two in product((TEXT, TEXTS), (TEXT, TEXTS)):
        assert check_every_transition(engine, one, two) == 36


@EVERY
def test_lists_in_any_order(engine: Engine) -> None:
    a, b, c = "a@example.org", "b@example.org", "c@example.org"
    before = answers(engine, [(1, [a, b], [c]), (2, [a, b], []), (3, [a], [b, c])], TEXTS)
    after = answers(engine, [(1, [b.upper(), a], [c]), (2, [a], []), (3, [a], [c])], TEXTS)
    compared = rows_of(engine, compare(before, after), by="id")
    assert [row["change"] for row in compared] == ["same", "redirected", "copy_changed"]


@EVERY
def test_rows_that_have_no_other(engine: Engine) -> None:
    """Null is no answer: there is nothing to compare with, or there is more than one."""
    a = ["a@example.org"]
    before = answers(engine, [(1, a, []), (2, a, []), (2, [], []), (4, a, []), (None, a, [])], TEXT)
    after = answers(engine, [(1, a, []), (2, a, []), (3, a, []), (None, a, [])], TEXT)
    compared = compare(before, after, suffix="_now")
    changes = {row["id"]: row["change_now"] for row in engine.rows(compared)}
    assert changes == {1: "same", 2: None, 3: None, None: None}


@EVERY
def test_no_rows(engine: Engine) -> None:
    nothing = answers(engine, [], TEXT)
    assert engine.rows(compare(nothing, nothing)) == []


def resolved(deals: Any, parties: Any, *, option: bool = True) -> Any:
    gate = FeatureGate(premium=True, option_enabled=option)
    return resolve_deals(
        deals, clients=parties, introducers=parties, communication="mail_merge", gate=gate
    )


def check_answers_of_the_same_deals(engine: Engine) -> None:
    deals: list[Row] = [
        {"id": 1, "client_id": 1, "introducer_id": 2, "rule": "introducer"},
        {"id": 2, "client_id": 1, "introducer_id": 2, "rule": "client_and_introducer"},
        {"id": 3, "client_id": 1, "introducer_id": 3, "rule": "introducer"},
        {"id": 4, "client_id": 3, "introducer_id": 2, "rule": "introducer"},
        {"id": 5, "client_id": 1, "introducer_id": None, "rule": None},
    ]
    parties = [{"id": 1, "email": "a@example.org"}, {"id": 2, "email": "b@example.org"}]
    deal_table = engine.make(table(deals, id=INT, client_id=INT, introducer_id=INT, rule=TEXT))
    party_table = engine.make(table(parties, id=INT, email=TEXT))
    off = resolved(deal_table, party_table, option=False)
    compared = compare(off, resolved(deal_table, party_table))
    codes = ["redirected", "copy_added", "silenced", "rescued", "same"]
    rows = sorted(engine.rows(compared), key=lambda row: int(row["id"]))
    assert [row["change"] for row in rows] == codes

    changed = change_deals(deal_table, "client", selection=[1, 2], gate=OPEN)
    after = resolved(changed, party_table)
    again = compare(resolved(deal_table, party_table), after, suffix="_of_answer")
    rows = sorted(engine.rows(again), key=lambda row: int(row["id"]))
    assert [row["change_of_answer"] for row in rows] == [
        "redirected",
        "copy_removed",
        *["same"] * 3,
    ]


@pytest.mark.unmeasured
@EVERY
def test_answers_of_the_same_deals(engine: Engine) -> None:
    check_answers_of_the_same_deals(engine)


class TestSpark:
    @pytest.mark.parametrize("kind", [TEXT, TEXTS], ids=str)
    def test_every_transition(self, kind: pa.DataType) -> None:
        assert check_every_transition(SPARK, kind, TEXT) == 36

    @pytest.mark.unmeasured
    def test_answers_of_the_same_deals(self) -> None:
        check_answers_of_the_same_deals(SPARK)


def test_the_engine_counts_them() -> None:
    before = answers(POLARS, [(1, [], []), (2, [], []), (3, [], [])], TEXT)
    after = answers(POLARS, [(1, ["a@example.org"], []), (2, [], []), (3, [], [])], TEXT)
    counted = compare(before, after).group_by("change").len().sort("change")
    assert counted.rows() == [("rescued", 1), ("same", 2)]


class TestRefused:
    """D19, with the table named."""

    def test_columns(self) -> None:
        answer = pd.DataFrame({"id": [1], "to": ["a@example.org"], "cc": [None]})
        with pytest.raises(ColumnsError) as caught:
            compare(answer.drop(columns="to"), answer.assign(change="x").drop(columns="cc"))
        assert caught.value.missing == ("after.cc", "before.to")
        assert caught.value.overwritten == ("after.change",)

    def test_types(self) -> None:
        answer = pl.DataFrame({"id": [1], "to": ["a@example.org"], "cc": [None]})
        with pytest.raises(InvalidTypeError, match=r"before: got None; give a"):
            compare(None, answer)  # type: ignore[type-var]
        with pytest.raises(InvalidTypeError, match=r"before\.to: got a column of type Int64"):
            compare(answer.with_columns(to=pl.lit(1, pl.Int64)), answer)
        with pytest.raises(InvalidTypeError, match=r"before\.id: got ids of type String"):
            compare(answer.with_columns(id=pl.lit("1")), answer)
        with pytest.raises(InvalidTypeError, match="suffix"):
            compare(answer, answer, suffix=1)  # type: ignore[arg-type]

    def test_names_in_sql(self) -> None:
        relation = duckdb.sql(
            'SELECT 1 AS id, \'a@example.org\' AS "to", NULL::TEXT AS cc, 2 AS "x y"'
        )
        assert relation is not None
        (row,) = DUCKDB.rows(compare(relation, relation))
        assert row == {"id": 1, "to": "a@example.org", "cc": None, "x y": 2, "change": "same"}
