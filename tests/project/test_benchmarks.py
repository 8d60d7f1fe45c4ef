"""The measurements run, in small, and find their places in the docs. No time is tested."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from benchmarks import BENCHMARKS, page, run
from benchmarks.measuring import Result
from benchmarks.peers import PEERS
from benchmarks.picture import drawn

PAGE = page.PAGE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def results() -> list[Result]:
    return list(run(BENCHMARKS, quick=True))


def test_every_result_has_its_line_in_the_page(results: list[Result]) -> None:
    written = page.with_results(PAGE, results, load=0)
    for result in results:
        assert f"| {result.what} | " in written


def test_every_table_of_the_page_is_measured(results: list[Result]) -> None:
    places = set(re.findall("^<!-- ([^/].*) -->$", PAGE, re.MULTILINE))
    assert places == {"machine", *(result.table for result in results)}


def test_results_that_have_no_place_are_refused() -> None:
    with pytest.raises(ValueError, match="no <!-- elsewhere -->"):
        page.with_results(PAGE, [Result("elsewhere", "nothing", [1])], load=0)


def test_the_page_names_each_peer_in_its_text_and_its_tables() -> None:
    for peer in PEERS:
        assert PAGE.count(f"| {peer.name} | ") == 1 + len(page.PICTURED)


def test_a_line_says_all_that_is_known_of_it() -> None:
    four = Result("a", "four", [4, 1, 3, 2], at_most=3, seconds=[0.234, 0.1, 0.3])
    one = Result("a", "one", [100])
    assert page.table([four, one]) == (
        "|  | median | quartiles | repeats | seconds | target: at most |\n"
        "| --- | --: | :-: | --: | --: | --: |\n"
        "| four | 2.50 | 1.75–3.25 | 4 | 0.23 | 3 |\n"
        "| one | 100 |  |  |  |  |"
    )
    assert page.table([one]) == "|  | median |\n| --- | --: |\n| one | 100 |"


def test_the_picture_has_a_point_for_each_result() -> None:
    picture = ElementTree.fromstring(
        drawn({"Two": [Result("a", "b", [0.5]), Result("a", "c", [7])]})
    )
    points = picture.findall("{http://www.w3.org/2000/svg}circle")
    assert len(points) == 2
