"""The conformance cases: right, complete, as shipped, and sharp enough to find mistakes."""

from __future__ import annotations

import json
import os
import pickle
import re
import runpy
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import ClassVar

import attrs
import pytest
from jsonschema import Draft202012Validator

from examples.conformance import javascript, sqlite
from partner_comms import (
    DECISIONS,
    Communication,
    InvalidTypeError,
    Notice,
    UnknownCodeError,
    is_email_address,
)
from partner_comms.conformance import Case, Failure, Json, Operation, Report, cases, check, shipped
from partner_comms.conformance.__main__ import main
from tests.oracles import conformance as oracle
from tests.people import NOTICES

from . import make_cases

CASES = list(cases())
RESOLVE = [case for case in CASES if case.operation == "resolve"]
ROOT = Path(__file__).parents[2]


def _emails(value: Json) -> Iterator[str]:
    """All addresses in a record, at any depth."""
    for key, inner in value.items():
        if key == "emails":
            yield from inner
        elif isinstance(inner, dict):
            yield from _emails(inner)


class TestTheCases:
    def test_as_made(self) -> None:
        """`make cases` writes them again."""
        made = "".join(make_cases.lines())
        assert make_cases.SHIPPED.read_bytes().decode("utf-8") == made
        assert shipped("cases.jsonl") == made

    @pytest.mark.parametrize("operation", oracle.ANSWERS)
    def test_against_the_oracle(self, operation: str) -> None:
        """It has read the specification, and not the code."""
        for case in CASES:
            if case.operation == operation:
                assert oracle.ANSWERS[operation](case.input) == case.expected, case.id

    @pytest.mark.unmeasured
    def test_against_the_schema(self) -> None:
        schema = json.loads(shipped("case.schema.json"))
        Draft202012Validator.check_schema(schema)
        validator = Draft202012Validator(schema)
        for line in shipped("cases.jsonl").splitlines():
            validator.validate(json.loads(line))

    @pytest.mark.parametrize("operation", oracle.ANSWERS)
    def test_the_schema_is_strict(self, operation: str) -> None:
        validator = Draft202012Validator(json.loads(shipped("case.schema.json")))
        good = next(attrs.asdict(case) for case in CASES if case.operation == operation)
        assert validator.is_valid(good)
        for key in ("input", "expected"):
            assert not validator.is_valid({**good, key: {**good[key], "more": 1}})
            for left_out in good[key]:
                fewer = {name: value for name, value in good[key].items() if name != left_out}
                assert not validator.is_valid({**good, key: fewer})
        assert not validator.is_valid({**good, "more": 1})
        assert not validator.is_valid({**good, "clause": "S"})

    def test_unique(self) -> None:
        assert max(Counter(case.id for case in CASES).values()) == 1
        questions = Counter(case.operation + json.dumps(case.input) for case in CASES)
        assert max(questions.values()) == 1

    def test_addresses_are_valid(self) -> None:
        """D16: what a host refuses as it reads a case would never be asked."""
        found = {email for case in RESOLVE for email in _emails(case.input["about"])}
        assert all(map(is_email_address, found))
        assert not any("=?" in email for email in found)
        assert max(map(len, found)) == 254

    @pytest.mark.parametrize("page", ["CHANGELOG.md"])
    def test_as_many_as_is_said(self, page: str) -> None:
        assert f"{len(CASES):,} cases" in (ROOT / page).read_text(encoding="utf-8")

    def test_ids_say_the_operation(self) -> None:
        assert all(case.id.split("/")[0] == case.operation for case in CASES)

    def test_values(self) -> None:
        """Frozen, hashable, and new each time."""
        case, again = next(cases()), next(cases())
        assert case == again
        assert hash(case) == hash(again)
        assert pickle.loads(pickle.dumps(case)) == case
        assert case.input is not again.input
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            case.id = "other"  # type: ignore[misc]


class TestComplete:
    """Together they hold all that the specification decides in a finite space."""

    def test_decisions(self) -> None:
        expected = [case.expected for case in RESOLVE]
        seen = {(e["record_kind"], e["reason"], e["rule"]) for e in expected}
        assert seen == {(d.record_kind, d.reason, d.rule) for d in DECISIONS}

    def test_notices(self) -> None:
        """D8, D10; the other notices arise only in tables."""
        assert {notice for case in RESOLVE for notice in case.expected["notices"]} == {
            notice.value for notice in NOTICES
        }

    def test_gates_and_communications(self) -> None:
        """S1, S2, S5, D13, each with every rule and kind of record."""
        seen = {
            (
                case.input["gate"]["premium"],
                case.input["gate"]["option_enabled"],
                case.input["communication"],
                case.input["about"]["record_kind"],
                (case.input["about"]["introduction"] or {"rule": None})["rule"],
            )
            for case in RESOLVE
        }
        kinds, rules = make_cases.KINDS, make_cases.SETTINGS
        codes = [code.value for code in Communication]
        assert seen == set(product((True, False), (True, False), codes, kinds, rules))

    @pytest.mark.parametrize(
        ("operation", "clauses"),
        [
            ("resolve", "S1 S2 S6 S9 D1 D2 D8 D9 D10 D13 D15 D16"),
            ("prefill", "S10 S11 D4 D5 D17"),
            ("filter", "S13 D1 D3 D7 D17"),
            ("change_rule", "S14 D4 D7 D11 D17"),
        ],
    )
    def test_clauses(self, operation: str, clauses: str) -> None:
        seen = {case.clause for case in CASES if case.operation == operation}
        assert seen == set(clauses.split())

    @pytest.mark.parametrize(
        "clause",
        ["D1", "D8", "D10"],
    )
    def test_in_every_kind_of_deal(self, clause: str) -> None:
        kinds = {c.input["about"]["record_kind"] for c in RESOLVE if c.clause == clause}
        assert {"project", "contract"} <= kinds


class TestCheck:
    def test_our_own(self) -> None:
        for operation in oracle.ANSWERS:
            report = check(make_cases.OPERATIONS[operation], operation=operation)  # type: ignore[arg-type]
            assert report.passed
            assert report.failures == ()
            assert report.total == sum(case.operation == operation for case in CASES)

    def test_resolve_by_default(self) -> None:
        assert check(oracle.resolve) == Report(operation="resolve", total=len(RESOLVE), failures=())

    def test_goes_on_after_a_failure(self) -> None:
        def fails(_: Json) -> Json:
            raise LookupError("no such view")

        report = check(fails, operation="prefill")
        assert not report.passed
        assert len(report.failures) == report.total
        assert report.failures[0].answer is None
        assert repr(report.failures[0].exception) == "LookupError('no such view')"

    def test_keeps_the_answer(self) -> None:
        report = check(lambda asked: {**oracle.prefill(asked), "source": "client"}, "prefill")
        assert {failure.case.clause for failure in report.failures} == {"S11", "D4"}
        assert {str(f.case.input["client"]["introduction"]) for f in report.failures} == {"None"}
        assert {failure.answer["source"] for failure in report.failures} == {"client"}
        assert {failure.exception for failure in report.failures} == {None}

    def test_an_interrupt_is_no_failure(self) -> None:
        def interrupted(_: Json) -> Json:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            check(interrupted)

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda answer: {**answer, "differs_from_preferred": 0},
            lambda answer: {**answer, "more": None},
            lambda answer: [answer],
            lambda _: None,
            lambda answer: {**answer, "source": object()},
            lambda answer: {**answer, "source": float("nan")},
        ],
        ids=["int for a bool", "more", "list", "null", "no JSON", "NaN"],
    )  # fmt: skip
    def test_another_value_is_another_answer(self, spoil: object) -> None:
        assert callable(spoil)
        report = check(lambda asked: spoil(oracle.prefill(asked)), "prefill")
        assert len(report.failures) == report.total

    def test_what_is_the_same_in_json_is_the_same(self) -> None:
        """The order of keys, tuples for lists, members for codes."""

        def answers(asked: Json) -> Json:
            answer = oracle.resolve(asked)
            answer["notices"] = tuple(map(Notice, answer["notices"]))
            return dict(reversed(answer.items()))

        assert check(answers).passed

    def test_the_order_of_addresses_counts(self) -> None:
        """D9"""
        report = check(
            lambda asked: {**oracle.resolve(asked), "to": oracle.resolve(asked)["to"][::-1]}
        )
        assert not report.passed  # fmt: skip

    def test_what_is_done_to_the_input_stays_there(self) -> None:
        def greedy(asked: Json) -> Json:
            answer = oracle.prefill(asked)
            answer["source"] = None
            asked.clear()
            return answer

        assert check(greedy, "prefill").failures[0].case == next(
            case for case in CASES if case.operation == "prefill"
        )

    def test_another_operation(self) -> None:
        """D19"""
        known = "'resolve', 'prefill', 'filter', 'change_rule', 'address', 'resolve_row'"
        with pytest.raises(UnknownCodeError) as unknown:
            check(oracle.resolve, operation="Resolve")  # type: ignore[arg-type]
        assert (
            str(unknown.value) == f"operation: 'Resolve' is not a known code; give one of {known}"
        )
        with pytest.raises(InvalidTypeError) as wrong:
            check(oracle.resolve, operation=1)  # type: ignore[arg-type]
        assert str(wrong.value) == "operation: got 1 (int); give the name of one as a str"

    def test_a_failure_has_its_case(self) -> None:
        first = next(case for case in CASES if case.operation == "filter")
        for wrong in (lambda _: 1 / 0, lambda _: float("nan"), lambda _: None):
            assert check(wrong, "filter").failures[0].case == first
        assert isinstance(check(lambda _: float("nan"), "filter").failures[0].exception, ValueError)


class TestReport:
    @pytest.fixture
    def failed(self) -> Report:
        case = Case(id="a/b", clause="S6", operation="resolve", input={"<a>": 1}, expected=[True])
        wrong = Failure(case=case, answer=["é" * 1000])
        raised = Failure(case=case, exception=ValueError("<no>"))
        return Report(operation="resolve", total=20, failures=(wrong, raised))

    def test_in_a_terminal(self, failed: Report) -> None:
        lines = str(failed).splitlines()
        assert lines[:4] == [
            "resolve: 18 of 20 cases passed",
            "a/b (S6)",
            '  input    {"<a>": 1}',
            "  expected [true]",
        ]
        assert lines[4] == f'  got      ["{"é" * 298}…'
        assert lines[5] == f'  so       $[0] is "{"é" * 299}…, not true'
        assert lines[-1] == "  raised   ValueError('<no>')"
        assert repr(failed) == "<Report on resolve: 18 of 20 cases passed>"

    @pytest.mark.parametrize(
        ("expected", "got", "so"),
        [
            ({"a": 1}, {"a": 1, "b": 2}, "$.b is not expected"),
            ({"a": 1, "b": 2}, {"a": 1}, "$.b is missing"),
            ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, "$.a.b[1] is 3, not 2"),
            ({"a": [1, 2]}, {"a": [1]}, "$.a has 1 elements, not 2"),
            ({"a": []}, {"a": [1]}, "$.a has 1 elements, not 0"),
            ({"a": []}, {"a": {}}, "$.a is {}, not []"),
            (True, 1, "$ is 1, not true"),
            ({"a": 1}, {"a": 1}, '$ is {"a": 1}, not {"a": 1}'),  # made by hand: no failure
            ({"b": 1, "a": 1}, {"b": 2, "a": 2}, "$.a is 2, not 1"),
        ],
    )
    def test_where_two_answers_differ(self, expected: Json, got: Json, so: str) -> None:
        case = Case(id="a", clause="S6", operation="resolve", input={}, expected=expected)
        assert str(Failure(case=case, answer=got)).splitlines()[-1] == f"  so       {so}"

    @pytest.mark.parametrize(("length", "cut"), [(300, False), (301, True)])
    def test_long_values_are_cut(self, length: int, cut: bool) -> None:
        case = Case(id="a", clause="S6", operation="resolve", input="x" * (length - 2), expected=1)
        line = str(Failure(case=case, answer=2)).splitlines()[1]
        assert line.endswith("…") is cut

    def test_many_failures(self, failed: Report) -> None:
        many = attrs.evolve(failed, failures=failed.failures[:1] * 13)
        assert str(many).count("a/b") == 10
        assert str(many).endswith("\n… and 3 more")
        assert many._repr_html_().count("a/b") == 10
        assert "… and 3 more" in many._repr_html_()

    def test_in_a_notebook(self, failed: Report) -> None:
        html = failed._repr_html_()
        assert "18 of 20 cases passed" in html
        assert "&lt;a&gt;" in html
        assert "ValueError(&#x27;&lt;no&gt;&#x27;)" in html
        assert "<a>" not in html
        assert "<no>" not in html
        good = attrs.evolve(failed, failures=())._repr_html_()
        assert "20 of 20 cases passed" in good
        assert "Expected" not in good

    def test_a_failure_is_a_value(self, failed: Report) -> None:
        assert hash(failed) == hash(attrs.evolve(failed))


class TestCommandLine:
    """`python -m partner_comms.conformance`"""

    @pytest.mark.parametrize(
        ("arguments", "name"), [([], "cases.jsonl"), (["--schema"], "case.schema.json")]
    )
    def test_writes(
        self, arguments: list[str], name: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        main(arguments)
        assert capsys.readouterr().out == shipped(name)

    def test_as_a_program(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "argv", ["conformance"])
        monkeypatch.delitem(sys.modules, main.__module__)
        runpy.run_module("partner_comms.conformance", run_name="__main__")
        written = capsys.readouterr().out.splitlines()
        assert [json.loads(line)["id"] for line in written] == [case.id for case in CASES]


# --- Implementations in other languages -----------------------------------------------------------


@pytest.mark.unmeasured
class TestSqlite:
    def test_every_case(self) -> None:
        reports = sqlite.reports()
        assert [(report.operation, report.failures) for report in reports] == [
            (operation, ()) for operation in oracle.ANSWERS
        ]
        assert sum(report.total for report in reports) == len(CASES)

    MISTAKES: ClassVar = {
        "falls through to the client's rule": (
            "i.record_id = m.record_id;",
            "i.record_id = m.record_id or i.record_kind = 'client' and i.record_id = d.client_id"
            " and not exists (select 1 from introduction own"
            " where own.record_kind = m.record_kind and own.record_id = m.record_id);",
            "D1",
        ),
        "swaps To and Cc": (
            "    on d.rule in ('client', 'client_and_introducer')\n"
            "        and a.party = 'client' and a.party_id = d.client_id\n"
            "    or d.rule = 'introducer'\n",
            "    on d.rule = 'client'\n"
            "        and a.party = 'client' and a.party_id = d.client_id\n"
            "    or d.rule in ('introducer', 'client_and_introducer')\n",
            "S6",
        ),
        "knows no subscription": ("    when not premium then 'not_premium'\n", "", "S1"),
        "knows no option": ("when not option_enabled then 'option_off'", "when 0 then 0", "S2"),
        "knows the gate in another order": (
            "when not premium then 'not_premium'\n    when not option_enabled then 'option_off'",
            "when not option_enabled then 'option_off'\n    when not premium then 'not_premium'",
            "D15",
        ),
        "writes to the client where the introducer has no address": (
            "    or d.rule = 'introducer'\n",
            "    or d.rule = 'introducer' and a.party = 'client' and a.party_id = d.client_id"
            " and not exists (select 1 from address x where x.party = 'introducer'"
            " and x.party_id = d.introducer_id)\n    or d.rule = 'introducer'\n",
            "D8",
        ),
        "writes to the introducer where the client has no address": (
            "where exists (select 1 from to_address t where t.message_id = d.message_id)\n    and ",
            "where ",
            "D8",
        ),
        "covers everything": ("when g.formal is null then 'not_covered'", "when 0 then 0", "D13"),
        "puts an address in To and in Cc": ("t.folded = a.folded", "0", "D9"),
        "compares letter by letter": ("lower(a.email) as folded", "a.email as folded", "D9"),
        "keeps an address twice": ("a.party_id, lower(a.email);", "a.party_id, a.position;", "D9"),
        "says nothing of a client passed by": ("d.formal\n", "0\n", "D10"),
        "takes every message for a formal notice": ("d.formal\n", "1\n", "S6"),
    }  # fmt: skip

    @pytest.mark.parametrize("mistake", MISTAKES)
    def test_mistakes_are_found(self, mistake: str) -> None:
        right, wrong, clause = self.MISTAKES[mistake]
        assert sqlite.SQL.count(right) == 1
        with sqlite.database(sqlite.SQL.replace(right, wrong)) as operations:
            assert _differs(operations["resolve"], "resolve", clause)

    CHECKS: ClassVar = re.findall(
        r"^    and .*\n",
        sqlite.SQL.partition("create view checked_address")[2].partition("as valid")[0],
        re.MULTILINE,
    )

    @pytest.mark.parametrize("check_", CHECKS, ids=str.strip)
    def test_each_check_of_an_address_is_needed(self, check_: str) -> None:
        """D16"""
        with sqlite.database(sqlite.SQL.replace(check_, "")) as operations:
            assert _differs(operations["address"], "address", "D16")

    MISTAKES_WITH_ROWS: ClassVar = {
        "takes what is no address": ("where a.valid\n", "where 1\n"),
        "takes both of two": ("p.id = a.party_id) = 1", "p.id = a.party_id) > 0"),
        "knows no ambiguous id": ("p.id = m.party_id) > 1", "p.id = m.party_id) > 2"),
        "knows no unknown id": ("then 'unknown_id'", "then 'no_' || m.party || '_address'"),
        "does not say that some are left out": ("then 'some_emails_invalid'", "then null"),
        "takes no address for a bad one": ("when count(a.valid) = 0", "when 0"),
        "takes an unknown rule for the default": (
            "then r.stored_rule\n", "then r.stored_rule else 'client'\n"
        ),
        "knows no default": ("or r.stored_rule is null then", "then"),
        "has notices in another order": (
            "    ('ambiguous_id'),\n    ('unknown_id'),\n",
            "    ('unknown_id'),\n    ('ambiguous_id'),\n",
        ),
        "has some_emails_invalid in front": ("('ambiguous_id')", "('some_emails_invalid')"),
    }  # fmt: skip

    @pytest.mark.parametrize("mistake", MISTAKES_WITH_ROWS)
    def test_mistakes_with_rows_are_found(self, mistake: str) -> None:
        """D20"""
        right, wrong = self.MISTAKES_WITH_ROWS[mistake]
        assert sqlite.SQL.count(right) == 1
        with sqlite.database(sqlite.SQL.replace(right, wrong)) as operations:
            assert _differs(operations["resolve_row"], "resolve_row", "D20")


def _differs(answer: Callable[[Json], Json], operation: Operation, clause: str) -> bool:
    """Whether a case of that clause finds it: `check` would ask all others as well."""
    asked = [case for case in CASES if (case.operation, case.clause) == (operation, clause)]
    return any(answer(case.input) != case.expected for case in asked)


class TestJavascript:
    @pytest.fixture(autouse=True)
    def _node(self) -> None:
        if shutil.which("node") is None:
            message = "install Node.js 18 or newer (`node` on the PATH)"
            if os.environ.get("CI") == "true":
                pytest.fail(message)
            pytest.skip(message)

    def test_every_case(self) -> None:
        reports = javascript.reports()
        assert [(report.operation, report.failures) for report in reports] == [
            (operation, ()) for operation in oracle.ANSWERS
        ]
        assert sum(report.total for report in reports) == len(CASES)
