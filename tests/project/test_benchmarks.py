"""The measurements run, in small, and find their places in the docs. No time is tested."""

from __future__ import annotations

import gc
import sys

import pytest

from benchmarks import core, engines, frames, page, peers, sizes
from benchmarks.cases import INTRODUCER, OPEN, similar_contracts
from benchmarks.measuring import Effort, Result, compare
from benchmarks.portfolio import Portfolio, portfolio, stored
from partner_comms import change_rule

pytestmark = pytest.mark.unmeasured

PAGE = page.PAGE.read_text(encoding="utf-8")
SMALL = Effort(rows=1_000, seconds=0)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Portfolio:
    return stored(portfolio(SMALL.rows), str(tmp_path_factory.mktemp("tables")))


@pytest.fixture(scope="module")
def results(tables: Portfolio) -> list[Result]:
    """Without Spark, which takes long to start: its queries are those of DuckDB, word for word.

    Garbage is not looked for: a process that runs tests has many objects to look through.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gc, "collect", lambda: 0)
        return [
            *core.results(SMALL),
            *peers.results(SMALL),
            *sizes.results(SMALL, engines.ENGINES[:1], sizes.ask_once),
            *(line for each in engines.ENGINES for line in frames.of_engine(each, tables, SMALL)),
        ]


def test_every_result_has_its_line_in_the_page(results: list[Result]) -> None:
    written = page.with_results(PAGE, results)
    for result in results:
        assert f"| {result.what} | " in written


def test_results_that_have_no_place_are_refused(results: list[Result]) -> None:
    elsewhere = Result("elsewhere", "nothing", [1])
    with pytest.raises(ValueError, match="no place for \\['elsewhere'\\]"):
        page.with_results(PAGE, [*results, elsewhere])


def test_a_table_of_the_page_that_nothing_measures_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing was measured for <!-- nothing -->"):
        page.with_results("<!-- nothing -->\n<!-- /nothing -->", [])


def test_tables_have_a_column_for_each_name() -> None:
    results = [
        Result("a", "one / other", [4, 1, 3, 2], cost=0.00234),
        Result("b", "one / other", [1]),
        Result("a", "two", [100, 100]),
        Result("a", "three", [], cost=12),
    ]
    assert page.table("a, b", results) == (
        "|  | a | b |\n"
        "| --- | --: | --: |\n"
        "| one / other | 2.50 (1.75–3.25) | 1.00 |\n"
        "| two | 100 |  |"
    )
    assert page.table("cost of a", results) == (
        "|  | a |\n| --- | --: |\n| one | 2.3 ms |\n| three | 12 s |"
    )


def test_runs_are_repeated_by_turns_until_the_time_is_over() -> None:
    called: list[str] = []
    result = compare(
        "a",
        "b",
        lambda: called.append("ours"),
        lambda: called.append("other"),
        Effort(rows=1, seconds=0.01),
    )
    assert called == ["ours", "other"] * (1 + len(result.values))
    assert len(result.values) >= 3


def test_the_page_names_each_tool_in_its_text_and_its_table() -> None:
    for peer in peers.PEERS:
        assert PAGE.count(f"| {peer.name} | ") == 2


# --- Numbers of the page that are the same on every machine ---------------------------------------


def test_what_a_contract_takes() -> None:
    """Beside its client and its introduction, which contracts can share; changed or not."""
    before = similar_contracts(10, introductions=1)
    after = change_rule(before, INTRODUCER, gate=OPEN).after
    size = 64 if sys.version_info < (3, 12) else 72
    assert {sys.getsizeof(contract) for contract in (*before, *after)} == {size}
    assert "64 bytes on Python 3.11, 72 on newer ones" in " ".join(PAGE.split())


@pytest.mark.parametrize(("introductions", "expected"), [(1, 1), (1_000, 3)])
def test_how_many_objects_a_change_makes(introductions: int, expected: int) -> None:
    """A contract, and where introductions are not shared, an introduction and its block."""
    contracts = similar_contracts(1_000, introductions)
    gc.collect()
    known = len(gc.get_objects())
    change = change_rule(contracts, INTRODUCER, gate=OPEN)
    made = len(gc.get_objects()) - known
    assert round(made / len(change.after), 1) == expected
