"""Who receives an e-mail: each clause by its own examples. test_exhaustive has every case."""

from __future__ import annotations

import copy
import json
import pickle
from enum import StrEnum
from typing import Any
from unittest.mock import MagicMock

import attrs
import pytest
from attrs import validators

from partner_comms import (
    DECISIONS,
    Client,
    Communication,
    CommunicationRule,
    FeatureGate,
    Introducer,
    Introduction,
    InvalidTypeError,
    Notice,
    Party,
    Reason,
    Recipients,
    RecordKind,
    UnknownCodeError,
    decide,
    resolve_recipients,
    rules,
)
from tests.people import (
    CLIENT,
    CLIENT_AND_INTRODUCER,
    CLOSED,
    DURAND,
    INTRODUCER,
    LEROY,
    MARTIN,
    MUTE,
    NOWHERE,
    OPEN,
    PETIT,
    PRODUCT,
    contract,
    introduced,
    project,
)

FORMAL = [c for c in Communication if c.is_formal]
COVERED = [c for c in Communication if c.is_covered]


def addresses(answer: Recipients) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return answer.to, answer.cc


@pytest.mark.parametrize("communication", Communication)
@pytest.mark.parametrize("rule", CommunicationRule)
class TestS1:
    """The feature needs a PREMIUM subscription."""

    def test_nothing_but_the_client_without_it(
        self, communication: Communication, rule: CommunicationRule
    ) -> None:
        for option_enabled in (True, False):
            gate = FeatureGate(premium=False, option_enabled=option_enabled)
            answer = resolve_recipients(communication, contract(introduced(rule)), gate=gate)
            assert (answer.to, answer.cc) == (MARTIN.emails, ())
            assert answer.decision.reason is Reason.NOT_PREMIUM


@pytest.mark.parametrize("communication", Communication)
@pytest.mark.parametrize("rule", CommunicationRule)
class TestS2:
    """It is switched on by one option of the global configuration."""

    def test_nothing_but_the_client_while_it_is_off(
        self, communication: Communication, rule: CommunicationRule
    ) -> None:
        gate = FeatureGate(premium=True, option_enabled=False)
        answer = resolve_recipients(communication, contract(introduced(rule)), gate=gate)
        assert (answer.to, answer.cc) == (MARTIN.emails, ())
        assert answer.decision.reason is Reason.OPTION_OFF


@pytest.mark.parametrize("communication", COVERED)
class TestS6:
    """Client: the client is To. Apporteur: the introducer is To. Client + Apporteur: the client
    is To and the introducer is Cc."""

    def test_client(self, communication: Communication) -> None:
        answer = resolve_recipients(communication, contract(introduced(CLIENT)), gate=OPEN)
        assert addresses(answer) == (MARTIN.emails, ())

    def test_introducer(self, communication: Communication) -> None:
        answer = resolve_recipients(communication, contract(introduced(INTRODUCER)), gate=OPEN)
        assert addresses(answer) == (DURAND.emails, ())

    def test_client_and_introducer(self, communication: Communication) -> None:
        about = contract(introduced(CLIENT_AND_INTRODUCER, by=LEROY))
        answer = resolve_recipients(communication, about, gate=OPEN)
        assert addresses(answer) == (MARTIN.emails, LEROY.emails)


class TestS7:
    """Where the e-mail concerns a contract, the contract's rule applies; or a project's (D2)."""

    @pytest.mark.parametrize("make", [contract, project])
    def test_not_the_rule_on_the_clients_record(self, make: Any) -> None:
        about = make(introduced(CLIENT, by=LEROY), client=PETIT)
        decision = decide("mail_merge", about, gate=OPEN)
        assert decision.record_kind is about.record_kind
        assert decision.rule is CLIENT
        assert decision.reason is Reason.RULE_APPLIED


class TestS8:
    """Where it does not, the rule on the client's record applies."""

    def test_rule_of_the_client(self) -> None:
        answer = resolve_recipients("manual_email", PETIT, gate=OPEN)
        assert answer.decision.record_kind is RecordKind.CLIENT
        assert addresses(answer) == (DURAND.emails, ())


class TestS9:
    """Where no introducer is set on that record, the e-mail goes to the client as usual."""

    @pytest.mark.parametrize("about", [MARTIN, project(None), contract(None)])
    def test_to_the_client(self, about: Any) -> None:
        answer = resolve_recipients("manual_email", about, gate=OPEN)
        assert answer.decision.reason is Reason.NO_INTRODUCER
        assert addresses(answer) == (MARTIN.emails, ())


class TestD1:
    """One record governs an e-mail. A contract without introducer goes to the client even where
    the client has a preferred introducer whose rule says otherwise."""

    @pytest.mark.parametrize("make", [contract, project])
    def test_no_fall_through(self, make: Any) -> None:
        answer = resolve_recipients("mail_merge", make(None, client=PETIT), gate=OPEN)
        assert answer.decision.reason is Reason.NO_INTRODUCER
        assert addresses(answer) == (PETIT.emails, ())


class TestD2:
    """An e-mail that concerns a project is governed by the project's rule; who reads S8 more
    narrowly says that it concerns the client."""

    def test_the_host_says_which(self) -> None:
        of_client = project(introduced(CLIENT_AND_INTRODUCER), client=PETIT)
        assert decide("mail_merge", of_client, gate=OPEN).rule is CLIENT_AND_INTRODUCER
        assert decide("mail_merge", of_client.client, gate=OPEN).rule is INTRODUCER


class TestD6:
    """A product never routes."""

    def test_a_product_is_no_record_to_write_about(self) -> None:
        wrong: Any = PRODUCT
        with pytest.raises(InvalidTypeError, match=r"^about: got an object of type Product; give"):
            resolve_recipients("mail_merge", wrong, gate=OPEN)


class TestD7:
    """While the subscription or the option is missing, everything goes to the client."""

    @pytest.mark.parametrize("gate", CLOSED)
    @pytest.mark.parametrize("communication", Communication)
    def test_to_the_client(self, gate: FeatureGate, communication: Communication) -> None:
        answer = resolve_recipients(communication, contract(introduced(INTRODUCER)), gate=gate)
        assert addresses(answer) == (MARTIN.emails, ())
        assert answer.decision.rule is CLIENT


class TestD8:
    """Nobody is ever swapped for somebody else because an address is missing. If the one who
    should be To has no address, the e-mail has no recipient at all, Cc included."""

    @pytest.mark.parametrize(
        ("rule", "client", "introducer", "missing"),
        [
            (CLIENT, NOWHERE, DURAND, [Notice.NO_CLIENT_ADDRESS]),
            (CLIENT, NOWHERE, MUTE, [Notice.NO_CLIENT_ADDRESS]),
            (INTRODUCER, MARTIN, MUTE, [Notice.NO_INTRODUCER_ADDRESS]),
            (INTRODUCER, NOWHERE, MUTE, [Notice.NO_INTRODUCER_ADDRESS]),
            (CLIENT_AND_INTRODUCER, NOWHERE, DURAND, [Notice.NO_CLIENT_ADDRESS]),
            (
                CLIENT_AND_INTRODUCER,
                NOWHERE,
                MUTE,
                [Notice.NO_CLIENT_ADDRESS, Notice.NO_INTRODUCER_ADDRESS],
            ),
        ],
    )
    def test_no_recipient_at_all(
        self, rule: CommunicationRule, client: Client, introducer: Introducer, missing: list[Notice]
    ) -> None:
        about = contract(introduced(rule, by=introducer), client=client)
        for communication in COVERED:
            answer = resolve_recipients(communication, about, gate=OPEN)
            assert addresses(answer) == ((), ())
            assert not answer.is_deliverable
            assert answer.notices == tuple(missing)

    def test_only_the_one_in_cc_has_none(self) -> None:
        about = contract(introduced(CLIENT_AND_INTRODUCER, by=MUTE))
        answer = resolve_recipients("formal_notice", about, gate=OPEN)
        assert addresses(answer) == (MARTIN.emails, ())
        assert answer.notices == (Notice.NO_INTRODUCER_ADDRESS,)

    def test_who_is_not_named_is_not_missed(self) -> None:
        about = contract(introduced(INTRODUCER), client=NOWHERE)
        assert resolve_recipients("mail_merge", about, gate=OPEN).notices == ()


class TestD9:
    """An address appears once: one that is To is not Cc as well."""

    @pytest.mark.parametrize(
        ("client", "introducer", "cc"),
        [
            (["a@x.example"], ["A@X.example"], ()),
            (["a@x.example", "b@x.example"], ["c@x.example", "B@x.example"], ("c@x.example",)),
            (
                ["A@x.example"],
                ["d@x.example", "a@x.example", "c@x.example"],
                ("d@x.example", "c@x.example"),
            ),
        ],
    )
    def test_to_is_not_cc(
        self, client: list[str], introducer: list[str], cc: tuple[str, ...]
    ) -> None:
        about = contract(
            introduced(CLIENT_AND_INTRODUCER, by=Introducer(1, emails=introducer)),
            client=Client(1, emails=client, introduction=None),
        )
        answer = resolve_recipients("mail_merge", about, gate=OPEN)
        assert addresses(answer) == (tuple(client), cc)
        assert answer.notices == ()


class TestD10:
    """A formal notice, a suspension notice or a termination notice that goes out with no address
    of the client in To or Cc (compared as in D9) is allowed, and the answer says so."""

    @pytest.mark.parametrize("communication", Communication)
    def test_past_the_client(self, communication: Communication) -> None:
        answer = resolve_recipients(communication, contract(introduced(INTRODUCER)), gate=OPEN)
        expected = (Notice.CLIENT_NOT_ADDRESSED,) if communication in FORMAL else ()
        assert answer.notices == expected

    @pytest.mark.parametrize("communication", FORMAL)
    def test_a_client_without_address_is_not_addressed_either(
        self, communication: Communication
    ) -> None:
        about = contract(introduced(INTRODUCER), client=NOWHERE)
        answer = resolve_recipients(communication.value, about, gate=OPEN)
        assert answer.notices == (Notice.CLIENT_NOT_ADDRESSED,)

    @pytest.mark.parametrize("communication", FORMAL)
    def test_the_clients_address_in_other_letter_case(self, communication: Communication) -> None:
        same = Introducer(1, emails=["x@y.example", "MARTIN@example.org"])
        answer = resolve_recipients(
            communication, contract(introduced(INTRODUCER, by=same)), gate=OPEN
        )
        assert answer.to == same.emails
        assert answer.notices == ()

    @pytest.mark.parametrize("communication", FORMAL)
    def test_an_email_that_does_not_go_out(self, communication: Communication) -> None:
        about = contract(introduced(INTRODUCER, by=MUTE))
        answer = resolve_recipients(communication, about, gate=OPEN)
        assert answer.notices == (Notice.NO_INTRODUCER_ADDRESS,)


class TestD12:
    """One e-mail concerns one record: two clients of one introducer never share a message."""

    @pytest.mark.parametrize("several", [[], [MARTIN, PETIT], (contract(None), contract(None))])
    def test_several_records_are_refused(self, several: Any) -> None:
        with pytest.raises(InvalidTypeError, match=r"^about: "):
            resolve_recipients("mail_merge", several, gate=OPEN)

    def test_two_clients_of_one_introducer(self) -> None:
        copied = introduced(CLIENT_AND_INTRODUCER)
        deals = [contract(copied, client=MARTIN), contract(copied, client=PETIT)]
        answers = [resolve_recipients("mail_merge", deal, gate=OPEN) for deal in deals]
        assert [answer.to for answer in answers] == [MARTIN.emails, PETIT.emails]
        assert [answer.cc for answer in answers] == [DURAND.emails, DURAND.emails]


class TestD13:
    """A communication outside S5 goes to the client."""

    @pytest.mark.parametrize("rule", CommunicationRule)
    def test_other(self, rule: CommunicationRule) -> None:
        answer = resolve_recipients(Communication.OTHER, contract(introduced(rule)), gate=OPEN)
        assert answer.decision.reason is Reason.NOT_COVERED
        assert addresses(answer) == (MARTIN.emails, ())


class TestD14:
    """Every answer explains itself: the rule that took effect, the kind of record that it came
    from, and the reason, as codes; test_sentences has the sentences."""

    def test_as_dict_is_plain_json(self) -> None:
        about = contract(introduced(CLIENT_AND_INTRODUCER, by=MUTE))
        answer = resolve_recipients("unpaid_call", about, gate=OPEN).as_dict()
        assert answer == {
            "record_kind": "contract",
            "reason": "rule_applied",
            "rule": "client_and_introducer",
            "to": ["martin@example.org"],
            "cc": [],
            "notices": ["no_introducer_address"],
        }
        assert json.loads(json.dumps(answer)) == answer
        assert [type(answer[key]) for key in ("record_kind", "reason", "rule")] == [str] * 3
        assert [type(notice) for notice in answer["notices"]] == [str]


class TestD15:
    """The first of these is given: no PREMIUM subscription, option off, communication not
    covered, no introducer."""

    @pytest.mark.parametrize(
        ("premium", "option", "communication", "introduction", "reason"),
        [
            (False, False, "other", None, Reason.NOT_PREMIUM),
            (False, True, "mail_merge", introduced(INTRODUCER), Reason.NOT_PREMIUM),
            (True, False, "other", None, Reason.OPTION_OFF),
            (True, False, "mail_merge", introduced(INTRODUCER), Reason.OPTION_OFF),
            (True, True, "other", None, Reason.NOT_COVERED),
            (True, True, "other", introduced(INTRODUCER), Reason.NOT_COVERED),
            (True, True, "mail_merge", None, Reason.NO_INTRODUCER),
            (True, True, "mail_merge", introduced(INTRODUCER), Reason.RULE_APPLIED),
        ],
    )
    def test_order(
        self,
        premium: bool,
        option: bool,
        communication: str,
        introduction: Introduction | None,
        reason: Reason,
    ) -> None:
        gate = FeatureGate(premium=premium, option_enabled=option)
        assert decide(communication, contract(introduction), gate=gate).reason is reason


class TestD18:
    """An e-mail written by hand from the client's record may concern the client or one of its
    deals; one written anywhere else is not covered (D13)."""

    def test_the_host_says_which(self) -> None:
        deal = contract(introduced(CLIENT_AND_INTRODUCER), client=PETIT)
        assert resolve_recipients("manual_email", deal, gate=OPEN).to == PETIT.emails
        assert resolve_recipients("manual_email", PETIT, gate=OPEN).to == DURAND.emails
        assert resolve_recipients("other", PETIT, gate=OPEN).to == PETIT.emails


@pytest.mark.parametrize("function", [decide, resolve_recipients])
class TestD19:
    """What is not known to be meant is refused, and nobody is written to."""

    @pytest.mark.parametrize("wrong", ["letter", "", "MAIL_MERGE", "mail_merge\n", "rule_applied"])
    def test_communication_code(self, function: Any, wrong: str) -> None:
        with pytest.raises(UnknownCodeError) as caught:
            function(wrong, MARTIN, gate=OPEN)
        assert caught.value.field == "communication"
        assert caught.value.known == tuple(c.value for c in Communication)

    @pytest.mark.parametrize(
        "wrong", [None, 0, True, b"other", CommunicationRule.CLIENT, MagicMock()]
    )
    def test_communication_type(self, function: Any, wrong: object) -> None:
        with pytest.raises(InvalidTypeError, match=r"^communication: got .* Communication or its"):
            function(wrong, MARTIN, gate=OPEN)

    @pytest.mark.parametrize("wrong", [None, 1, "C1", DURAND, PRODUCT, MagicMock(spec=Client)])
    def test_about(self, function: Any, wrong: object) -> None:
        with pytest.raises(InvalidTypeError, match=r"^about: got .*; give a Client, a Project or"):
            function("mail_merge", wrong, gate=OPEN)

    @pytest.mark.parametrize("wrong", [None, True, "open", MagicMock(spec=FeatureGate)])
    def test_gate(self, function: Any, wrong: object) -> None:
        with pytest.raises(InvalidTypeError, match=r"^gate: got .*; give a FeatureGate$"):
            function("mail_merge", MARTIN, gate=wrong)

    def test_gate_is_asked_for_by_name(self, function: Any) -> None:
        with pytest.raises(TypeError):
            function("mail_merge", MARTIN, OPEN)


GOVERNING = (RecordKind.CLIENT, RecordKind.PROJECT, RecordKind.CONTRACT)


class TestDecisions:
    """There are exactly 21, in a stable order, made once and shared."""

    def test_order(self) -> None:
        usual = [reason for reason in Reason if reason is not Reason.RULE_APPLIED]
        seven: list[tuple[Reason, CommunicationRule]] = [(reason, CLIENT) for reason in usual]
        seven += [(Reason.RULE_APPLIED, rule) for rule in CommunicationRule]
        assert [(d.record_kind, d.reason, d.rule) for d in DECISIONS] == [
            (kind, reason, rule)
            for kind in (RecordKind.CLIENT, RecordKind.PROJECT, RecordKind.CONTRACT)
            for reason, rule in seven
        ]

    def test_s6(self) -> None:
        parties = {
            CLIENT: (Party.CLIENT, None),
            INTRODUCER: (Party.INTRODUCER, None),
            CLIENT_AND_INTRODUCER: (Party.CLIENT, Party.INTRODUCER),
        }
        for decision in DECISIONS:
            assert (decision.to, decision.cc) == parties[decision.rule]

    def test_making_them_again_gives_the_same(self) -> None:
        """What is made once, at import, and could be made again."""
        again = [rules._Decisions(kind) for kind in GOVERNING]
        assert tuple(decision for seven in again for decision in seven) == DECISIONS
        for seven in again:
            *usual, applied = vars(seven).items()
            assert [name for name, _ in usual] == [reason.value for reason in Reason][:-1]
            assert [decision.reason for _, decision in usual] == list(Reason)[:-1]
            assert [decision.rule for decision in applied[1].values()] == list(applied[1])

    def test_shared(self) -> None:
        shared = {id(decision) for decision in DECISIONS}
        for about in (PETIT, project(introduced(CLIENT)), contract(introduced(CLIENT))):
            assert id(decide("mail_merge", about, gate=OPEN)) in shared


class Other(StrEnum):
    CLIENT = "client"


ANSWER = resolve_recipients("formal_notice", contract(introduced(INTRODUCER)), gate=OPEN)


@pytest.mark.parametrize("value", [*DECISIONS[-2:], ANSWER], ids=lambda value: type(value).__name__)
class TestValues:
    """Answers hash, compare, copy and pickle, and do not change."""

    def test_copies_are_equal(self, value: Any) -> None:
        fields = {a.name: getattr(value, a.name) for a in attrs.fields(type(value))}
        copies = [copy.copy(value), copy.deepcopy(value), type(value)(**fields)]
        copies += [pickle.loads(pickle.dumps(value, protocol)) for protocol in range(2, 6)]
        for other in copies:
            assert type(other) is type(value)
            assert other == value
            assert hash(other) == hash(value)
            assert repr(other) == repr(value)
            assert other.explain() == value.explain()

    def test_a_wrong_type_is_refused_where_it_is_made(self, value: Any) -> None:
        fields = {a.name: getattr(value, a.name) for a in attrs.fields(type(value))}
        for name in fields:
            for wrong in ("client", ["a@b"], (1,), 1, Other.CLIENT):
                with (
                    validators.disabled(),  # as a host may do, for all classes of its process
                    pytest.raises(InvalidTypeError, match=rf"^{name}(\[0\])?: got "),
                ):
                    type(value)(**{**fields, name: wrong})

    def test_errors_show_nobody(self, value: Any) -> None:
        fields = {a.name: getattr(value, a.name) for a in attrs.fields(type(value))}
        for name in fields:
            with pytest.raises(InvalidTypeError) as caught:
                type(value)(**{**fields, name: PETIT})
            kind = type(fields[name]).__name__ if fields[name] is not None else "Party"
            assert str(caught.value) == f"{name}: got an object of type Client; give a {kind}"

    def test_frozen_and_slotted(self, value: Any) -> None:
        for name in ("to", "decision", "rule", "__class__", "anything"):
            with pytest.raises((attrs.exceptions.FrozenInstanceError, AttributeError)):
                setattr(value, name, ())
        assert not hasattr(value, "__dict__")


def test_an_answer_is_true_where_there_is_somebody_to_write_to() -> None:
    """D8, D19"""
    nobody = resolve_recipients("mail_merge", NOWHERE, gate=OPEN)
    assert bool(ANSWER) is ANSWER.is_deliverable is True
    assert bool(nobody) is nobody.is_deliverable is False


def test_the_order_of_notices() -> None:
    assert [notice.value for notice in Notice] == [
        "invalid_rule",
        "ambiguous_id",
        "unknown_id",
        "invalid_email",
        "no_client_address",
        "no_introducer_address",
        "client_not_addressed",
        "some_emails_invalid",
    ]
