"""What a notebook shows: plain tables, every text escaped, no address where there was none."""

from __future__ import annotations

import pickle
import re
from html import unescape
from html.parser import HTMLParser

import pytest

from partner_comms import (
    DECISIONS,
    Client,
    CommissionBlock,
    Contract,
    Decision,
    Introducer,
    Introduction,
    change_rule,
    conformance,
    resolve_recipients,
)
from partner_comms._html import named_values, table
from tests.people import MUTE, NOWHERE, OPEN, contract, introduced

DURAND = Introducer("A7", emails=["d&d@durand.example", "b@durand.example"])
BOTH = CommissionBlock(rule="client_and_introducer")
MARTIN = Client(
    "C1", emails=["o'martin@example.org", "m@example.org"],
    introduction=Introduction(introducer=DURAND, block=BOTH),
)  # fmt: skip


class Rows(HTMLParser):
    """Reads a table back, and refuses what is not well formed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            assert attrs == [("style", "text-align: left")]  # no colour of its own
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.rows[-1][-1] += data


def rows(html: str) -> list[list[str]]:
    return Rows(html).rows


def test_recipients() -> None:
    answer = resolve_recipients("mail_merge", MARTIN, gate=OPEN)
    html = answer._repr_html_()
    assert rows(html) == [
        ["To", "o'martin@example.org, m@example.org"],
        ["Cc", "d&d@durand.example, b@durand.example"],
        ["Why", answer.explain("en")],
        ["Notices", ""],
    ]
    assert "d&amp;d@durand.example" in html


def test_what_is_amiss() -> None:
    about = contract(introduced(BOTH.rule, by=MUTE), client=NOWHERE)
    answer = resolve_recipients("mail_merge", about, gate=OPEN)
    assert rows(answer._repr_html_()) == [
        ["To", ""],
        ["Cc", ""],
        ["Why", answer.explain("en")],
        ["Notices", "no_client_address, no_introducer_address"],
    ]


@pytest.mark.parametrize("decision", DECISIONS)
def test_decision(decision: Decision) -> None:
    html = decision._repr_html_()
    assert rows(html) == [
        ["Record", decision.record_kind.value],
        ["Reason", decision.reason.value],
        ["Rule", decision.rule.value],
        ["To", decision.to.value],
        ["Cc", decision.cc.value if decision.cc else ""],
        ["Why", decision.explain("en")],
    ]


def test_decision_table() -> None:
    """D14: all the decisions there are, in the order of `DECISIONS`, which stays a tuple."""
    html = DECISIONS._repr_html_()  # type: ignore[attr-defined]
    head, *body = rows(html)
    assert head == ["Record", "Reason", "Rule", "To", "Cc", "Why"]
    assert [row[-1] for row in body] == [decision.explain("en") for decision in DECISIONS]
    assert isinstance(DECISIONS, tuple)
    assert (*DECISIONS,) == DECISIONS
    assert pickle.loads(pickle.dumps(DECISIONS)) == DECISIONS


def test_rule_change() -> None:
    """D11: counts, and nothing of the deals."""
    kept = Contract("K1", client=MARTIN, introduction=MARTIN.introduction)
    given_away = Contract("K2", client=MARTIN, introduction=Introduction(introducer=DURAND))
    without = Contract("K3", client=MARTIN, introduction=None)
    change = change_rule([kept, given_away, without, without], "client_and_introducer", gate=OPEN)
    html = change._repr_html_()
    assert rows(html) == [
        ["Rule", "client_and_introducer"],
        ["Changed", "1"],
        ["Unchanged", "1"],
        ["Skipped", "2"],
    ]


def test_conformance_report() -> None:
    def wrong(question: conformance.Json) -> conformance.Json:
        if question["gate"]["premium"]:
            raise ValueError("no")
        return {"refused": "option_off"}

    report = conformance.check(wrong, operation="filter")
    summary, head, *body, rest = rows(report._repr_html_())
    passed = f"{report.total - len(report.failures)} of {report.total} cases passed"
    assert summary == ["filter", passed]
    assert head == ["Case", "Clause", "Input", "Expected", "Got", "So"]
    assert rest == [f"… and {len(report.failures) - 10} more", "", "", "", "", ""]
    for row, failure in zip(body, report.failures, strict=False):
        assert row[:2] == [failure.case.id, failure.case.clause]
        assert str(failure).splitlines()[1:4] == [
            f"  input    {row[2]}",
            f"  expected {row[3]}",
            f"  {'got' if row[5] else 'raised':8} {row[4]}",
        ]
        assert not row[5] or str(failure).endswith(row[5])
    assert len(body) == 10
    assert {bool(row[5]) for row in body} == {False, True}


def test_the_whole_html() -> None:
    cells = '<th style="text-align: left">a</th><td style="text-align: left">b</td>'
    assert named_values(("a", "b")) == f"<table><tr>{cells}</tr></table>"
    assert table(["a"], [["b"]]) == named_values(("a", "b")).replace("/th><td", "/th></tr><tr><td")


def test_every_text_is_escaped() -> None:
    nasty = "<script>alert('x') & \"y\"</script>"
    for html in (named_values((nasty, nasty)), table([nasty, nasty], [(nasty, nasty)])):
        assert "<script" not in html
        assert not re.search(r"""["'][xy]["']""", html)
        assert {text for row in rows(html) for text in row} == {nasty}
        assert nasty in unescape(html)
