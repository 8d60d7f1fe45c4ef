"""What an answer can be: refused where the rule book cannot give it, and read back from a log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Any

import pytest
from attrs import evolve

from partner_comms import (
    DECISIONS,
    LOCALES,
    CommissionBlock,
    CommunicationRule,
    Contract,
    Decision,
    FeatureGate,
    Introduction,
    InvalidAnswerError,
    InvalidDataError,
    InvalidEmailError,
    InvalidTypeError,
    Notice,
    Party,
    Reason,
    Recipients,
    RecordKind,
    RuleChange,
    UnknownCodeError,
    change_rule,
    explain_entry,
    resolve_recipients,
)
from tests.oracles.cases import about, all_cases
from tests.people import (
    CLIENT,
    CLIENT_AND_INTRODUCER,
    DURAND,
    INTRODUCER,
    OPEN,
    contract,
    introduced,
    project,
)

PAST_THE_CLIENT = resolve_recipients("formal_notice", contract(introduced(INTRODUCER)), gate=OPEN)
COPIED = resolve_recipients("mail_merge", contract(introduced(CLIENT_AND_INTRODUCER)), gate=OPEN)


@cache
def answered() -> set[tuple[Decision, bool, bool, tuple[Notice, ...]]]:
    """Every answer of the exhaustive walk, but for its addresses."""
    found = set()
    for case in all_cases():
        gate = FeatureGate(premium=case.premium, option_enabled=case.option_enabled)
        answer = resolve_recipients(case.communication, about(case), gate=gate)
        found.add((answer.decision, bool(answer.to), bool(answer.cc), answer.notices))
    return found


def all_decisions() -> Iterator[dict[str, Any]]:
    """Every combination of the fields, of which 21 are decisions."""
    fields = ("record_kind", "reason", "rule", "to", "cc")
    parties = (*Party, None)
    for values in product(RecordKind, Reason, CommunicationRule, Party, parties):
        yield dict(zip(fields, values, strict=True))


class TestD19:
    """An answer that the rule book cannot give can't be made by hand either."""

    def test_of_all_combinations_21_are_decisions(self) -> None:
        made = []
        for fields in all_decisions():
            try:
                made.append(Decision(**fields))
            except InvalidAnswerError:
                assert not [d for d in DECISIONS if all(getattr(d, k) is fields[k] for k in fields)]
        assert len(made) == len(DECISIONS)
        assert set(made) == set(DECISIONS)

    @pytest.mark.parametrize(
        ("field", "value", "problem"),
        [
            (
                "record_kind",
                RecordKind.PRODUCT,
                "record_kind: no e-mail concerns such a record (D1, D6)",
            ),
            ("reason", Reason.OPTION_OFF, "rule: without a rule applied it is 'client' (D15)"),
            ("rule", CommunicationRule.CLIENT, "to, cc: they are not those of the rule (S6)"),
            ("to", Party.CLIENT, "to, cc: they are not those of the rule (S6)"),
            ("cc", Party.CLIENT, "to, cc: they are not those of the rule (S6)"),
        ],
    )
    def test_another_decision(self, field: str, value: object, problem: str) -> None:
        with pytest.raises(InvalidAnswerError) as caught:
            evolve(PAST_THE_CLIENT.decision, **{field: value})  # type: ignore[arg-type]
        assert str(caught.value) == f"{problem}; let the library make its answers"

    def test_of_all_combinations_the_answers_of_the_walk_can_be_made(self) -> None:
        """Decision, addresses or none in To and Cc, and any notices at all."""
        notices = [
            tuple(notice for notice in Notice if notice in chosen)
            for chosen in map(set, _subsets([*Notice]))
        ]
        made = set()
        for decision, to, cc, noticed in product(DECISIONS, (False, True), (False, True), notices):
            fields: dict[str, Any] = {
                "decision": decision,
                "to": ("a@x.example",) if to else (),
                "cc": ("b@x.example",) if cc else (),
                "notices": noticed,
            }
            try:
                Recipients(**fields)
            except InvalidAnswerError:
                continue
            else:
                made.add((decision, to, cc, noticed))
        assert made == answered()

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"to": ("a@x.example", "A@X.example")}, "to[1]: this address is there already (D9)"),
            ({"cc": ("b@x.example", "b@x.example")}, "cc[1]: this address is there already (D9)"),
            (
                {"cc": ("b@x.example", "c@x.example", "B@x.example")},
                "cc[2]: this address is there already (D9)",
            ),
            ({"cc": ("Martin@example.org",)}, "cc: an address in To is in Cc as well (D9)"),
            ({"to": ()}, "cc: there is a Cc without To (D8)"),
            ({"decision": DECISIONS[0]}, "cc: the rule wants nobody in Cc (S6)"),
            (
                {"notices": (Notice.NO_CLIENT_ADDRESS,)},
                "notices: they do not go with decision, To and Cc (D8, D10)",
            ),
        ],
    )
    def test_another_answer(self, changes: dict[str, Any], error: str) -> None:
        with pytest.raises(InvalidAnswerError) as caught:
            evolve(COPIED, **changes)
        assert str(caught.value) == f"{error}; let the library make its answers"

    def test_notices_out_of_their_order(self) -> None:
        nobody = (Notice.NO_CLIENT_ADDRESS, Notice.NO_INTRODUCER_ADDRESS)
        assert evolve(COPIED, to=(), cc=(), notices=nobody).notices == nobody
        for wrong in (nobody[::-1], nobody + nobody):
            with pytest.raises(InvalidAnswerError):
                evolve(COPIED, to=(), cc=(), notices=wrong)

    @pytest.mark.parametrize("field", ["to", "cc"])
    def test_what_is_not_an_address(self, field: str) -> None:
        """D16"""
        with pytest.raises(InvalidEmailError) as caught:
            evolve(COPIED, **{field: ("a@x.example", "Anna <anna@x.example>")})  # type: ignore[arg-type]
        assert caught.value.field == f"{field}[1]"

    def test_the_answers_of_the_library_can_be_made_again(self) -> None:
        for answer in (COPIED, PAST_THE_CLIENT):
            assert evolve(answer) == answer


def _subsets(items: list[Notice]) -> Iterator[list[Notice]]:
    for choice in product((False, True), repeat=len(items)):
        yield [item for item, chosen in zip(items, choice, strict=True) if chosen]


class TestD11:
    """A bulk change touches the rule alone; what needs no change is the very same object."""

    BEFORE = (contract(introduced(CLIENT)), project(introduced(INTRODUCER)), contract(None))

    @pytest.mark.parametrize("rule", CommunicationRule)
    def test_what_change_rule_answers_can_be_made_again(self, rule: CommunicationRule) -> None:
        change = change_rule(self.BEFORE, rule, gate=OPEN)
        assert RuleChange(rule=rule, before=change.before, after=change.after) == change
        assert evolve(change) == change

    def test_another_length(self) -> None:
        change = change_rule(self.BEFORE, INTRODUCER, gate=OPEN)
        with pytest.raises(
            InvalidAnswerError, match=r"^after: it has another length than before \(D11\);"
        ):
            evolve(change, after=change.after[:2])

    def test_more_than_the_rule(self) -> None:
        """Another introducer, other terms, another deal, a copy of one that has the rule already,
        a rule for one without introducer."""
        change = change_rule(self.BEFORE, INTRODUCER, gate=OPEN)
        changed, unchanged, skipped = change.after
        other_block = CommissionBlock(rule=INTRODUCER, terms="other")
        other_terms = evolve(
            changed, introduction=Introduction(introducer=DURAND, block=other_block)
        )
        for wrong in (
            (self.BEFORE[0], unchanged, skipped),
            (other_terms, unchanged, skipped),
            (evolve(changed, id="K9"), unchanged, skipped),
            (changed, evolve(unchanged), skipped),
            (changed, unchanged, contract(introduced(INTRODUCER))),
            (unchanged, changed, skipped),
        ):
            with pytest.raises(InvalidAnswerError, match=r"^after\[\d\]: ") as caught:
                evolve(change, after=wrong)
            problem = "more than the rule has changed, or a deal that keeps its rule (D11)"
            assert caught.value.problem == problem

    def test_other_types(self) -> None:
        change = change_rule(self.BEFORE, INTRODUCER, gate=OPEN)
        for field in ("before", "after"):
            with pytest.raises(
                InvalidTypeError, match=rf"^{field}\[0\]: got .*; give a Project or"
            ):
                evolve(change, **{field: (DURAND, *self.BEFORE[1:])})  # type: ignore[arg-type]

    def test_counts(self) -> None:
        change = change_rule(self.BEFORE, INTRODUCER, gate=OPEN)
        assert change.counts == {"changed": 1, "unchanged": 1, "skipped": 1}
        assert [type(outcome).__name__ for outcome in change.counts] == ["ChangeOutcome"] * 3
        nothing: list[Contract] = []
        empty = change_rule(nothing, INTRODUCER, gate=OPEN)
        assert empty.counts == {"changed": 0, "unchanged": 0, "skipped": 0}


class TestD14:
    """An answer can be logged and read back: what is read back equals what was answered, and
    explains itself in the same words."""

    @pytest.mark.unmeasured
    def test_every_answer(self) -> None:
        for case in all_cases():
            gate = FeatureGate(premium=case.premium, option_enabled=case.option_enabled)
            answer = resolve_recipients(case.communication, about(case), gate=gate)
            read = Recipients.from_dict(json.loads(json.dumps(answer.as_dict())))
            assert read == answer
            assert read.decision == answer.decision

    def test_every_sentence(self) -> None:
        """Also after the addresses were purged."""
        for decision, to, cc, notices in answered():
            answer = Recipients(
                decision=decision,
                to=("a@x.example", "b@x.example") if to else (),
                cc=("c@x.example",) if cc else (),
                notices=notices,
            )
            entry = answer.as_dict()
            purged = {**entry, "to": [None for _ in entry["to"]], "cc": [None for _ in entry["cc"]]}
            for locale in LOCALES:
                said = answer.explain(locale)
                assert Recipients.from_dict(entry).explain(locale) == said
                assert explain_entry(entry, locale) == explain_entry(purged, locale) == said

    def test_no_two_answers_have_the_same_words(self) -> None:
        for locale in LOCALES:
            said = {
                explain_entry(
                    {
                        "record_kind": decision.record_kind.value,
                        "reason": decision.reason.value,
                        "rule": decision.rule.value,
                        "to": [None] * to,
                        "cc": [None] * cc,
                        "notices": [notice.value for notice in notices],
                    },
                    locale,
                )
                for decision, to, cc, notices in answered()
            }
            assert len(said) == len(answered())

    READERS = (Recipients.from_dict, explain_entry)

    @pytest.mark.parametrize("read", READERS)
    @pytest.mark.parametrize("key", COPIED.as_dict())
    def test_a_key_that_is_missing(self, read: Any, key: str) -> None:
        entry = {name: value for name, value in COPIED.as_dict().items() if name != key}
        with pytest.raises(InvalidDataError) as caught:
            read(entry)
        assert caught.value.errors == (f"the key is missing @ $.{key}",)

    @pytest.mark.parametrize("read", READERS)
    def test_every_key_that_is_not_known(self, read: Any) -> None:
        with pytest.raises(InvalidDataError) as caught:
            read({**COPIED.as_dict(), "contract": 10, "sent": "today"})
        assert caught.value.errors == ("unknown key 'contract' @ $", "unknown key 'sent' @ $")

    @pytest.mark.parametrize("read", READERS)
    @pytest.mark.parametrize("key", ["record_kind", "reason", "rule"])
    def test_codes(self, read: Any, key: str) -> None:
        """A member is not what JSON gives."""
        wrongs: list[object] = [None, 1, ["client"], getattr(COPIED.decision, key)]
        for wrong in wrongs:
            with pytest.raises(InvalidTypeError, match=rf"^{key}: got .*; give a code of "):
                read({**COPIED.as_dict(), key: wrong})
        with pytest.raises(UnknownCodeError, match=rf"^{key}: 'zz' is not a known code"):
            read({**COPIED.as_dict(), key: "zz"})

    @pytest.mark.parametrize("read", READERS)
    @pytest.mark.parametrize("key", ["to", "cc", "notices"])
    def test_lists(self, read: Any, key: str) -> None:
        wrongs: list[object] = [None, "a@x.example", ("a@x.example",), {"a@x.example": 1}]
        for wrong in wrongs:
            with pytest.raises(InvalidTypeError, match=rf"^{key}: got .*; give a list$"):
                read({**COPIED.as_dict(), key: wrong})
        with pytest.raises(InvalidTypeError, match=rf"^{key}\[0\]: got 1 \(int\)"):
            read({**COPIED.as_dict(), key: [1]})

    @pytest.mark.parametrize("read", READERS)
    def test_what_is_in_the_lists(self, read: Any) -> None:
        with pytest.raises(UnknownCodeError, match=r"^notices\[0\]: 'zz'"):
            read({**COPIED.as_dict(), "notices": ["zz"]})
        with pytest.raises(InvalidEmailError, match=r"^to\[1\]: 'Anna <a@x.fr>' has a name"):
            read({**COPIED.as_dict(), "to": ["a@x.fr", "Anna <a@x.fr>"]})

    @pytest.mark.parametrize("read", READERS)
    @pytest.mark.parametrize(
        "changes",
        [
            {"to": []},
            {"cc": ["c@x.example"], "rule": "client"},
            {"record_kind": "product"},
            {"reason": "option_off"},
            {"notices": ["no_client_address"]},
            {"notices": ["unknown_id"]},
        ],
    )
    def test_d19_what_the_rule_book_cannot_give(self, read: Any, changes: dict[str, Any]) -> None:
        with pytest.raises(InvalidAnswerError):
            read({**COPIED.as_dict(), **changes})

    def test_d9_an_address_in_both(self) -> None:
        with pytest.raises(InvalidAnswerError, match=r"^cc: an address in To"):
            Recipients.from_dict({**COPIED.as_dict(), "cc": ["MARTIN@example.org"]})

    def test_purged_addresses_are_no_answer(self) -> None:
        with pytest.raises(
            InvalidTypeError, match=r"^to\[0\]: got None; give an address as a str$"
        ):
            Recipients.from_dict({**COPIED.as_dict(), "to": [None]})

    @pytest.mark.parametrize("read", READERS)
    @pytest.mark.parametrize(
        ("wrong", "got"),
        [
            (None, "None"),
            ("{}", "'{}'"),
            ([], "an object of type list"),
            (1, "1 (int)"),
            (COPIED, "an object of type Recipients"),
        ],
    )
    def test_no_dict(self, read: Any, wrong: Any, got: str) -> None:
        with pytest.raises(InvalidTypeError) as caught:
            read(wrong)
        assert str(caught.value) == f"entry: got {got}; give a dict that as_dict() wrote"

    def test_french_is_the_default(self) -> None:
        assert explain_entry(COPIED.as_dict()) == COPIED.explain("fr")

    def test_another_locale(self) -> None:
        with pytest.raises(UnknownCodeError, match=r"^locale: "):
            explain_entry(COPIED.as_dict(), "xx")
