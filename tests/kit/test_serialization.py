"""Values to JSON and back: everything comes back, and nothing else gets in."""

from __future__ import annotations

import copy
import importlib
import json
import pickle
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from pathlib import Path
from pkgutil import walk_packages
from typing import Any, ClassVar, NoReturn, assert_type
from uuid import UUID

import pytest
from attrs import field, frozen, make_class
from cattrs import ClassValidationError, Converter
from hypothesis import given, settings
from hypothesis import strategies as st

import partner_comms
from partner_comms import (
    DECISIONS,
    Client,
    CommissionBlock,
    Communication,
    CommunicationRule,
    Contract,
    Deal,
    EmptyIdError,
    FeatureClosedError,
    FeatureGate,
    Identifier,
    Introducer,
    Introduction,
    InvalidTypeError,
    PartnerCommsError,
    Party,
    Product,
    Project,
    Reason,
    Recipients,
    RecordKind,
    is_email_address,
    resolve_recipients,
    serialization,
    strategies,
)
from partner_comms.refusals import described
from partner_comms.serialization import (
    InvalidDataError,
    Json,
    _records,
    dump,
    load,
    make_converter,
)
from partner_comms.serialization._types import WORDS

STRATEGIES: dict[Any, Callable[..., st.SearchStrategy[Any]]] = {
    CommissionBlock: strategies.commission_blocks,
    Introducer: strategies.introducers,
    Introduction: strategies.introductions,
    Client: strategies.clients,
    Project: strategies.projects,
    Contract: strategies.contracts,
    Deal: strategies.deals,
    Product: strategies.products,
    FeatureGate: strategies.gates,
    Communication: strategies.communications,
    tuple[Deal, ...]: strategies.portfolios,
}

ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.sampled_from(["client", "contract", "project", "a@example.org"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)

DURAND = Introducer("A7", name="Cabinet Durand", emails="d@d.example")
PREFERRED = Introduction(introducer=DURAND, block=CommissionBlock(rule="introducer"))
MARTIN = Client(1, name="Mme Martin", emails=["c@c.example", "m@c.example"], introduction=PREFERRED)
AUTO = Contract("K1", client=MARTIN, introduction=None)


@pytest.fixture(autouse=True)
def _made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is made once, at import, is made again, so that each test meets it as it is now."""
    monkeypatch.setattr(serialization, "_PLAIN", make_converter())


def through_text(value: object) -> Json:
    return json.loads(json.dumps(dump(value), allow_nan=False))


def types_in(data: Json) -> set[type]:
    """Of a value and of all that is in it."""
    inside = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return {type(data)}.union(*map(types_in, inside))


class TestRoundTrips:
    @pytest.mark.parametrize("type_", STRATEGIES, ids=str)
    @given(st.data())
    @settings(max_examples=40)
    def test_every_value(self, type_: Any, data: st.DataObject) -> None:
        value = data.draw(STRATEGIES[type_]())
        back = load(through_text(value), type_)
        assert back == value
        assert type(back) is type(value)
        assert types_in(dump(value)) <= {dict, list, str, int, bool, type(None)}

    @pytest.mark.parametrize(
        "word", [*CommunicationRule, *Communication, *Party, *RecordKind, *Reason]
    )
    def test_words(self, word: StrEnum) -> None:
        data = dump(word)
        assert type(data) is str
        assert load(data, type(word)) is word

    def test_lists(self) -> None:
        bauer = Project("K1", client=MARTIN, introduction=PREFERRED)
        assert load(through_text([AUTO, bauer]), list[Deal]) == [AUTO, bauer]
        assert load(through_text((AUTO, bauer)), tuple[Deal, ...]) == (AUTO, bauer)
        assert load(through_text([[AUTO]]), list[list[Contract]]) == [[AUTO]]
        assert load([], list[Client]) == []

    def test_types(self) -> None:
        assert_type(load(dump(MARTIN), Client), Client)
        assert_type(load(dump([MARTIN]), list[Client]), list[Client])
        assert type(load(dump(AUTO), Deal)) is Contract

    def test_ids(self) -> None:
        """D17: each type stays what it is, a subclass becomes the plain type."""

        class Number(int):
            pass

        class Text(str):
            __slots__ = ()

        uuid = UUID("12345678-1234-5678-1234-567812345678")
        cases: list[tuple[Identifier, Json]] = [
            (7, 7),
            ("7", "7"),
            (uuid, {"uuid": str(uuid)}),
            (Number(7), 7),
            (Text("7"), "7"),
        ]
        for given_id, data in cases:
            dumped = dump(Product(given_id))["id"]
            assert dumped == data
            assert type(dumped) is type(data)
            assert load(dump(Product(given_id)), Product).id == given_id


class TestShape:
    def test_a_contract(self) -> None:
        block = {"rule": "client", "terms": None}
        introducer = {
            "id": "A7",
            "name": "Cabinet Durand",
            "emails": ["d@d.example"],
            "block": block,
        }
        preferred = {"introducer": introducer, "block": {"rule": "introducer", "terms": None}}
        assert dump(AUTO) == {
            "record_kind": "contract",
            "id": "K1",
            "client": {
                "id": 1,
                "name": "Mme Martin",
                "emails": ["c@c.example", "m@c.example"],
                "introduction": preferred,
            },
            "introduction": None,
        }

    def test_the_others(self) -> None:
        assert dump(FeatureGate(premium=True, option_enabled=False)) == {
            "premium": True,
            "option_enabled": False,
        }
        assert dump(Product("auto")) == {
            "id": "auto",
            "name": "",
            "block": {"rule": "client", "terms": None},
        }

    WHAT = "a record, answer, block, gate, word or id, None, or a list or dict of these"

    @pytest.mark.parametrize(
        ("value", "place", "bad"),
        [
            (DECISIONS[0], "value", DECISIONS[0]),
            ([MARTIN, DECISIONS[0]], "value[1]", DECISIONS[0]),
            (True, "value", True),
            (1.0, "value", 1.0),
            ({MARTIN}, "value", {MARTIN}),
            ([MARTIN, (AUTO, [None, 1.5])], "value[1][1][1]", 1.5),
            ({"a": [True]}, "value['a'][0]", True),
        ],
        ids=str,
    )
    def test_only_our_values(self, value: object, place: str, bad: object) -> None:
        with pytest.raises(InvalidTypeError) as caught:
            dump(value)
        assert str(caught.value) == f"{place}: got {described(bad)}; give {self.WHAT}"
        assert caught.value.__suppress_context__

    def test_no_other_keys_than_texts(self) -> None:
        with pytest.raises(InvalidTypeError) as caught:
            dump([{1: MARTIN}])
        assert str(caught.value) == "value[0]: got the key 1 (int); give str keys"

    def test_no_id_that_is_empty(self) -> None:
        """D17"""
        with pytest.raises(EmptyIdError) as caught:
            dump(["K1", ""])
        assert caught.value.field == "value[1]"

    @pytest.mark.parametrize("converter", [None, make_converter()], ids=["ours", "a host's"])
    def test_what_holds_itself(self, converter: Converter | None) -> None:
        endless: list[Any] = [MARTIN]
        endless.append({"again": endless})
        with pytest.raises(InvalidTypeError) as caught:
            dump(endless, converter=converter)
        text = "value[1]['again']: got a list that holds itself; give another one"
        assert str(caught.value) == text

    def test_the_same_twice_is_no_circle(self) -> None:
        pair = [MARTIN, MARTIN]
        assert dump([pair, pair]) == [dump(pair), dump(pair)]

    @pytest.mark.parametrize(
        "type_",
        [
            int,
            str,
            list,
            list[int],
            dict,
            dict[int, Client],
            dict[str, int],
            type(DECISIONS[0]),
            tuple[Client, Client],
            int | None,
            int | str,
            Client | Introducer,
            CommunicationRule | Communication,
            Client | Identifier,
            None,
        ],
        ids=str,
    )
    def test_only_our_types(self, type_: object) -> None:
        with pytest.raises(InvalidTypeError) as caught:
            load({}, type_)
        expected = "the type of a record, block, gate or word, Recipients, Identifier, a union "
        expected += "that can be told apart, or a list or dict of one of these"
        assert str(caught.value) == f"type_: got {described(type_)}; give {expected}"


def changed(path: str, value: object) -> Json:
    """The data of a contract with another value at that path."""
    data = dump(AUTO)
    *way, last = path.split(".")
    place = data
    for step in way:
        place = place[step]
    place[last] = value
    return data


BLOCK = "client.introduction.block"


class TestStrict:
    """D16, D17, D19: what is not known to be meant is refused, with its place."""

    @pytest.mark.parametrize(
        ("path", "value", "text"),
        [
            ("client.emails", ["c@c.example", "anna.example"], "'anna.example' has no '@'; give "
             "name@example.org, or () if there is no address @ $.client.emails[1]"),
            ("client.emails", ["c@c.example\n"], "'c@c.example\\n' has a line break or "
             "another control character; give the bare address @ $.client.emails[0]"),
            ("client.emails", [None], "got None; give an address as a str @ $.client.emails[0]"),
            ("client.emails", "c@c.example", "got 'c@c.example'; give a list of addresses, [] if "
             "there is none @ $.client.emails"),
            ("client.emails", None, "got None; give a list of addresses, [] if there is none "
             "@ $.client.emails"),
            ("client.name", 5, "got 5 (int); give a str; '' if there is none @ $.client.name"),
            ("client.name", None, "got None; give a str; '' if there is none @ $.client.name"),
            ("client.id", 1.0, "got 1.0 (float); give a whole number, a text, "
             '{"uuid": "…"} or {"int": "…"} @ $.client.id'),
            ("client.id", True, "got True; give a whole number, a text, "
             '{"uuid": "…"} or {"int": "…"} @ $.client.id'),
            ("client.id", None, "got None; give a whole number, a text, "
             '{"uuid": "…"} or {"int": "…"} @ $.client.id'),
            ("client.id", {"uuid": 1}, "got an object of type dict; give a whole number, a text, "
             '{"uuid": "…"} or {"int": "…"} @ $.client.id'),
            ("client.id", {"uuid": ""}, "'' is no UUID as str(…) writes it @ $.client.id"),
            ("client.id", {"uuid": "7"}, "'7' is no UUID as str(…) writes it @ $.client.id"),
            ("client.id", {"uuid": "12345678123456781234567812345678"}, "'1234567812345678123456"
             "7812345678' is no UUID as str(…) writes it @ $.client.id"),
            ("client.id", "", "'' is no id; give the host's own id, an int, a str that is not "
             "empty, or a UUID @ $.client.id"),
            (f"{BLOCK}.rule", "Client", "'Client' is not a known code; give one of 'client', "
             f"'introducer', 'client_and_introducer' @ $.{BLOCK}.rule"),
            (f"{BLOCK}.rule", None, "got None; give a member of CommunicationRule or its code "
             f"@ $.{BLOCK}.rule"),
            (f"{BLOCK}.terms", 3, "got 3 (int); give null, or a hook to "
             f"make_converter(load_terms=…) @ $.{BLOCK}.terms"),
            (BLOCK, None, f"got None; give an object with the fields of the record @ $.{BLOCK}"),
            ("introduction", [], "got an object of type list; give an object with the fields of "
             "the record @ $.introduction"),
            ("client", "C1", "got 'C1'; give an object with the fields of the record @ $.client"),
            ("client.phone", "0601020304", "unknown key 'phone' @ $.client"),
            ("record_kind", "project", "got 'project'; give 'contract' "
             "@ $.record_kind"),
            ("record_kind", 1, "got 1 (int); give 'contract' @ $.record_kind"),
        ],
    )  # fmt: skip
    def test_one_fault(self, path: str, value: object, text: str) -> None:
        with pytest.raises(InvalidDataError) as caught:
            load(changed(path, value), Contract)
        assert caught.value.errors == (text,)

    @pytest.mark.parametrize("value", ["false", "true", 1, 0, None, 1.0])
    def test_gates(self, value: object) -> None:
        with pytest.raises(InvalidDataError, match=r"give True or False @ \$.premium$"):
            load({"premium": value, "option_enabled": True}, FeatureGate)

    @pytest.mark.parametrize("type_", [Introducer, Client, Project, Contract, Product, FeatureGate])
    def test_every_key_is_needed(self, type_: Any) -> None:
        with pytest.raises(InvalidDataError) as caught:
            load({}, type_)
        keys = {error.removeprefix("the key is missing @ $.") for error in caught.value.errors}
        names = {name for name in type_.__init__.__annotations__ if name != "return"}
        assert keys == names | ({"record_kind"} if type_ in (Project, Contract) else set())

    @pytest.mark.parametrize(
        ("data", "type_", "text"),
        [
            ("abc", list[Deal], "got 'abc'; give a list @ $"),
            (None, list[Deal], "got None; give a list @ $"),
            ({"a": 1}, tuple[Client, ...], "got an object of type dict; give a list @ $"),
            (None, Client, "got None; give an object with the fields of the record @ $"),
            ("abc", Deal, "got 'abc'; give an object with the fields of the record @ $"),
            ([1], list[Deal], "got 1 (int); give an object with the fields of the record @ $[0]"),
            ("x", Party, "'x' is not a known code; give one of 'client', 'introducer' @ $"),
            (1, Party, "got 1 (int); give a member of Party or its code @ $"),
        ],
    )
    def test_at_the_root(self, data: Json, type_: Any, text: str) -> None:
        with pytest.raises(InvalidDataError) as caught:
            load(data, type_)
        assert caught.value.errors == (text,)

    @pytest.mark.parametrize("tag", ["Contract", "client", None, 1])
    def test_the_tag_of_a_deal(self, tag: object) -> None:
        """No tag, no guess, and the other faults are found all the same."""
        data = {**dump(AUTO), "record_kind": tag, "id": True}
        with pytest.raises(InvalidDataError) as caught:
            load([data], list[Deal])
        first, second = caught.value.errors
        assert first.endswith("; give 'project' or 'contract' @ $[0].record_kind")
        assert second.endswith(" @ $[0].id")
        del data["record_kind"]
        with pytest.raises(InvalidDataError, match=r"the key is missing @ \$.record_kind"):
            load(data, Deal)

    def test_every_fault_at_once(self) -> None:
        data = [dump(AUTO), 5, dump(AUTO)]
        data[0]["client"]["emails"] = ["a", "b@b.example", "c"]
        data[2]["client"]["introduction"]["introducer"]["id"] = ""
        data[2]["more"] = data[2].pop("introduction")
        with pytest.raises(InvalidDataError) as caught:
            load(data, list[Deal])
        assert [error.rpartition(" @ ")[2] for error in caught.value.errors] == [
            "$[0].client.emails[0]",
            "$[0].client.emails[2]",
            "$[1]",
            "$[2].client.introduction.introducer.id",
            "$[2].introduction",
            "$[2]",
        ]

    @given(strategies.deals(), st.data())
    @settings(max_examples=150)
    def test_anything_anywhere(self, deal: Deal, data: st.DataObject) -> None:
        """What `load` takes, `dump` gives again; all else is refused, as invalid data."""
        spoiled = dump(deal)
        place = spoiled
        key = data.draw(st.sampled_from(sorted(place)))
        while place[key] and isinstance(place[key], dict) and data.draw(st.booleans()):
            place = place[key]
            key = data.draw(st.sampled_from(sorted(place)))
        place[key] = drawn = data.draw(ANY_JSON)
        try:
            loaded = load(spoiled, Deal)
        except InvalidDataError:
            return
        assert load(dump(loaded), Deal) == loaded
        if key == "emails":
            return  # an address that is there twice is kept once (D9)
        if key == "id" and isinstance(drawn, int) and abs(drawn) >= 2**53:
            place[key] = {"int": str(drawn)}  # taken as a number too, written as a text
        assert dump(loaded) == spoiled

    def test_the_data_is_left_alone(self) -> None:
        data = dump(AUTO)
        before = copy.deepcopy(data)
        load(data, Contract)
        assert data == before

    @given(
        strategies.contracts(names=st.just("Secret"), emails=st.just("secret@example.org")),
        st.data(),
    )
    @settings(max_examples=30)
    def test_no_other_data_is_shown(self, contract: Contract, data: st.DataObject) -> None:
        """Only the faulty value: names and addresses of the others stay out of logs."""
        spoiled = dump(contract)
        spoiled["client"]["id"] = 1.5
        spoiled["client"]["emails"].append(data.draw(strategies.invalid_email_addresses()))
        spoiled["introduction"] = 3
        with pytest.raises(InvalidDataError) as caught:
            load(spoiled, Contract)
        assert len(caught.value.errors) == 3
        bad = spoiled["client"]["emails"][-1]
        if "secret" not in bad:
            assert "secret" not in str(caught.value).lower()
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__

    @given(st.text() | strategies.email_addresses() | strategies.invalid_email_addresses())
    def test_addresses(self, text: str) -> None:
        """D16: `load` takes what `is_email_address` takes."""
        data = changed("client.emails", [text])
        if is_email_address(text):
            assert load(data, Contract).client.emails == (text,)
        else:
            with pytest.raises(InvalidDataError):
                load(data, Contract)


class TestTheError:
    def test_is_one_of_ours(self) -> None:
        error = InvalidDataError(("a @ $.b", "c @ $.d"))
        assert isinstance(error, PartnerCommsError)
        assert isinstance(error, ValueError)
        assert str(error) == "2 faults in the data:\n  a @ $.b\n  c @ $.d"
        assert str(InvalidDataError(("a @ $",))) == "1 fault in the data:\n  a @ $"
        assert pickle.loads(pickle.dumps(error)) == error
        assert pickle.loads(pickle.dumps(error)).errors == error.errors


@frozen
class Terms:
    rate: float
    since: date


def dump_terms(terms: Any) -> Json:
    return {"rate": terms.rate, "since": terms.since.isoformat()}


def load_terms(data: Any) -> Terms:
    return Terms(rate=data["rate"], since=date.fromisoformat(data["since"]))


def with_terms() -> Converter:
    return make_converter(dump_terms=dump_terms, load_terms=load_terms)


class TestTerms:
    """D4: the host's own, never read."""

    BLOCK = CommissionBlock(terms=Terms(12.5, date(2024, 2, 29)))

    @given(
        strategies.portfolios(
            terms=st.none()
            | st.builds(Terms, st.floats(allow_nan=False, allow_infinity=False), st.dates())
        )
    )
    @settings(max_examples=25)
    def test_round_trip(self, deals: tuple[Deal, ...]) -> None:
        data = json.loads(json.dumps(dump(deals, converter=with_terms())))
        assert load(data, tuple[Deal, ...], converter=with_terms()) == deals

    def test_shape(self) -> None:
        assert dump(self.BLOCK, converter=with_terms()) == {
            "rule": "client",
            "terms": {"rate": 12.5, "since": "2024-02-29"},
        }

    def test_refused_without_hooks(self) -> None:
        with pytest.raises(InvalidTypeError) as caught:
            dump(self.BLOCK)
        expected = "None, or a hook to make_converter(dump_terms=…)"
        assert str(caught.value) == f"value.terms: got an object of type Terms; give {expected}"

    def test_with_their_place(self) -> None:
        """Also in a host's own type, where there is a converter without that hook."""
        client = Client(1, introduction=Introduction(introducer=DURAND, block=self.BLOCK))
        jobs = {"first": [Mailing("M1", CommunicationRule.CLIENT, (AUTO,), client, 1)]}
        with pytest.raises(InvalidTypeError) as caught:
            dump(jobs, converter=make_converter())
        assert caught.value.field == "value['first'][0].backup.introduction.block.terms"

    def test_what_a_hook_raises_comes_through(self) -> None:
        own = InvalidTypeError("rate", "a float", "a Decimal")

        def refuse(_: object) -> Json:
            raise own

        with pytest.raises(InvalidTypeError) as caught:
            dump(self.BLOCK, converter=make_converter(dump_terms=refuse))
        assert caught.value is own

    def test_what_the_hook_raises_is_a_fault(self) -> None:
        data = {"rule": "client", "terms": {"rate": 1, "since": "2024-02-30"}}
        with pytest.raises(InvalidDataError) as caught:
            load(data, CommissionBlock, converter=with_terms())
        with pytest.raises(ValueError, match="day") as said:  # in words that differ between Pythons
            date.fromisoformat("2024-02-30")
        assert caught.value.errors == (f"ValueError: {said.value} @ $.terms",)
        with pytest.raises(InvalidDataError, match=r"KeyError: 'rate' @ \$.terms"):
            load({"rule": "client", "terms": {}}, CommissionBlock, converter=with_terms())


# --- Types made of ours ---------------------------------------------------------------------------

RECORD: Any = Client | Project | Contract
COMPOSED: dict[Any, st.SearchStrategy[Any]] = {
    RECORD: strategies.clients() | strategies.deals(),
    Deal | None: st.none() | strategies.deals(),
    Client | Deal: strategies.clients() | strategies.deals(),
    Contract | None: st.none() | strategies.contracts(),
    Client | Contract | None: st.none() | strategies.clients() | strategies.contracts(),
    Communication | None: st.none() | strategies.communications(),
    Identifier: strategies.identifiers(),
    Identifier | None: st.none() | strategies.identifiers(),
    list[Identifier | None]: st.lists(st.none() | strategies.identifiers(), max_size=3),
    Recipients: strategies.recipients(),
    dict[str, Recipients | None]: st.dictionaries(
        st.text(), st.none() | strategies.recipients(), max_size=2
    ),
    list[RECORD]: st.lists(strategies.clients() | strategies.deals(), max_size=2),
    tuple[Deal | None, ...]: st.lists(st.none() | strategies.deals(), max_size=2).map(tuple),
    dict[str, Deal | None]: st.dictionaries(st.text(), st.none() | strategies.deals(), max_size=2),
    dict[str, Identifier]: st.dictionaries(st.text(), strategies.identifiers(), max_size=2),
    dict[str, list[Client]] | None: st.none()
    | st.dictionaries(st.text(), st.lists(strategies.clients(), max_size=2), max_size=2),
}


class TestComposed:
    """Unions, lists and dicts of our values, by themselves and in a host's class."""

    @pytest.mark.parametrize("type_", COMPOSED, ids=str)
    @given(st.data())
    @settings(max_examples=20)
    def test_by_themselves(self, type_: Any, data: st.DataObject) -> None:
        value = data.draw(COMPOSED[type_])
        for converter in (None, make_converter()):
            plain = json.loads(json.dumps(dump(value, converter=converter)))
            assert plain == dump(value)
            back = load(plain, type_, converter=converter)
            assert back == value
            assert type(back) is type(value)

    @pytest.mark.parametrize("type_", COMPOSED, ids=str)
    @given(st.data())
    @settings(max_examples=20)
    def test_as_a_field(self, type_: Any, data: st.DataObject) -> None:
        job_type: Any = make_class("Job", {"subject": field(type=type_), "copies": field(type=int)})
        job = job_type(data.draw(COMPOSED[type_]), 2)
        converter = make_converter()
        plain = json.loads(json.dumps(dump([job], converter=converter)))
        assert plain[0]["subject"] == dump(job.subject)
        assert load(plain, list[job_type], converter=converter) == [job]

    @pytest.mark.parametrize(
        ("data", "type_", "faults"),
        [
            (None, RECORD, ["got None; give an object with the fields of the record @ $"]),
            ("K1", Deal | None, ["got 'K1'; give an object with the fields of the record @ $"]),
            ({**dump(AUTO), "record_kind": "product"}, RECORD,
             ["got 'product'; give 'project' or 'contract' @ $.record_kind"]),
            ({**dump(AUTO), "record_kind": "project"}, Client | Contract,
             ["got 'project'; give 'contract' @ $.record_kind"]),
            ({**dump(AUTO), "record_kind": ["contract"], "id": ""}, Deal | None, [
                "got an object of type list; give 'project' or 'contract' @ $.record_kind",
                "'' is no id; give the host's own id, an int, a str that is not empty, or a UUID "
                "@ $.id",
            ]),
            ({**dump(MARTIN), "name": None}, RECORD,
             ["got None; give a str; '' if there is none @ $.name"]),
            ({"a": None, "b": dump(MARTIN)}, dict[str, Client],
             ["got None; give an object with the fields of the record @ $['a']"]),
            ([], dict[str, Client],
             ["got an object of type list; give an object, with texts for its keys @ $"]),
            ({1: None}, dict[str, Client | None],
             ["got an object of type dict; give an object, with texts for its keys @ $"]),
            ("", Identifier | None, [
                "'' is no id; give the host's own id, an int, a str that is not empty, or a UUID "
                "@ $"]),
            ([True], list[Identifier | None],
             ['got True; give a whole number, a text, {"uuid": "…"} or {"int": "…"} @ $[0]']),
        ],
    )  # fmt: skip
    def test_strictly(self, data: Json, type_: Any, faults: list[str]) -> None:
        for converter in (None, make_converter()):
            with pytest.raises(InvalidDataError) as caught:
                load(data, type_, converter=converter)
            assert [*caught.value.errors] == faults

    def test_the_tag_of_another_record_is_no_key_of_a_client(self) -> None:
        """D19: an object with a tag is never taken for a client."""
        with pytest.raises(InvalidDataError, match=r"\$\.record_kind"):
            load({**dump(MARTIN), "record_kind": "client"}, RECORD)

    def test_words_of_every_enum(self) -> None:
        """D19: in a host's class too, a code with other letters is no code."""
        for word in WORDS:
            job_type = make_class("Job", {"word": field(type=word)})
            for code in (next(iter(word)).upper(), f" {next(iter(word))}", 0):
                with pytest.raises(InvalidDataError, match=r"@ \$\.word$"):
                    load({"word": code}, job_type, converter=make_converter())

    def test_the_library_has_no_other_enum(self) -> None:
        modules = [
            importlib.import_module(m.name)
            for m in walk_packages(partner_comms.__path__, "partner_comms.")
        ]
        enums = {
            value
            for module in modules
            for value in vars(module).values()
            if isinstance(value, type) and issubclass(value, StrEnum) and len(value)
        }
        assert enums == {*WORDS}


class TestAnswers:
    """D14: what `as_dict` gives, and `from_dict` takes."""

    @given(strategies.recipients())
    @settings(max_examples=20)
    def test_shape(self, answer: Recipients) -> None:
        assert dump(answer) == answer.as_dict()
        assert dump([answer], converter=make_converter()) == [answer.as_dict()]

    @pytest.mark.parametrize(
        ("key", "value", "fault"),
        [
            ("rule", "Client", "'Client' is not a known code; give one of 'client', 'introducer', "
             "'client_and_introducer' @ $.rule"),
            ("to", ["a@a.example", "a"], "'a' has no '@'; give name@example.org, or () if there "
             "is no address @ $.to[1]"),
            ("to", "a@a.example", "got 'a@a.example'; give a list @ $.to"),
            ("cc", ["b@b.example"], "the rule wants nobody in Cc (S6); let the library make its "
             "answers @ $.cc"),
            ("more", 1, "unknown key 'more' @ $"),
        ],
    )  # fmt: skip
    def test_faults(self, key: str, value: Json, fault: str) -> None:
        gate = FeatureGate(premium=True, option_enabled=True)
        client = Client(1, emails="a@a.example", introduction=None)
        entry = dump(resolve_recipients("mail_merge", client, gate=gate))
        with pytest.raises(InvalidDataError) as caught:
            load({**entry, key: value}, Recipients)
        assert caught.value.errors == (fault,)
        with pytest.raises(InvalidDataError) as caught:
            load({"a": {**entry, key: value}}, dict[str, Recipients | None])
        assert caught.value.errors == (fault.replace(" @ $", " @ $['a']"),)

    def test_every_key_is_needed(self) -> None:
        with pytest.raises(InvalidDataError) as caught:
            load({}, Recipients)
        keys = ["record_kind", "reason", "rule", "to", "cc", "notices"]
        assert [*caught.value.errors] == [f"the key is missing @ $.{key}" for key in keys]
        with pytest.raises(InvalidDataError, match=r"give an object with the fields"):
            load([], Recipients)


# --- What can't be loaded for its type ------------------------------------------------------------


class Odd:
    """Something of a host's that no converter knows."""


@frozen
class Reminder:
    number: int


@frozen
class Letter:
    number: int


@frozen
class Folder:
    number: int
    parts: tuple[Folder, ...]
    letters: tuple[Reminder | Letter, ...]


@frozen
class Tree:
    number: int
    parts: tuple[Tree, ...]


def holding(type_: Any) -> Any:
    return make_class("Job", {"subject": field(type=type_), "copies": field(type=int)})


class TestTypesThatCannotBeLoaded:
    """A queue may drop a message whose data is faulty; it must not drop all of a type."""

    TYPES: ClassVar[dict[str, tuple[Any, Json]]] = {
        "unknown": (Odd, 1),
        "a list of them": (list[Odd], [1]),
        "a list in a list": (list[list[Odd]], [[1]]),
        "a tuple": (tuple[Odd, ...], [1]),
        "a set": (set[Odd], [1]),
        "a dict": (dict[str, Odd], {"a": 1}),
        "or None": (Odd | None, 1),
        "ours or theirs": (Client | Odd, {}),
        "two that look the same": (Reminder | Letter, {"number": 1}),
        "a tuple of these": (tuple[Reminder | Letter, ...], [{"number": 1}]),
        "or None of these": (dict[str, Reminder | Letter | None], {"a": {"number": 1}}),
        "no such name": ("Nowhere", 1),
        "ids as keys": (dict[Identifier, Client], {}),
        "ids as keys, further in": (tuple[dict[Identifier, Client], ...], [{}]),
        "a part of ids": (int | UUID, 1),
    }

    @pytest.mark.parametrize("name", TYPES)
    def test_is_said_of_the_type(self, name: str) -> None:
        type_, data = self.TYPES[name]
        for wanted, json_data in (
            (type_, data),
            (holding(type_), {"subject": data, "copies": 1}),
            (holding(type_), {"subject": data, "copies": "two"}),
            (list[holding(type_)], [{"subject": data, "copies": 1}]),  # type: ignore[misc]
            (tuple[holding(type_), ...], [{"subject": data, "copies": 1}]),  # type: ignore[misc]
        ):
            with pytest.raises(InvalidTypeError) as caught:
                load(json_data, wanted, converter=make_converter())
            assert caught.value.field == "type_"

    def test_says_which_name_is_unknown(self) -> None:
        with pytest.raises(InvalidTypeError) as caught:
            load(1, "Nowhere", converter=make_converter())
        expected = "a type that the converter has a hook for"
        assert str(caught.value) == f"type_: got 'Nowhere'; give {expected}"

    def test_says_which(self) -> None:
        with pytest.raises(InvalidTypeError) as caught:
            load(
                {"subject": [1], "copies": 2}, holding(tuple[Odd, ...]), converter=make_converter()
            )
        expected = "a type that the converter has a hook for"
        assert str(caught.value) == f"type_: got {described(Odd)}; give {expected}"
        assert isinstance(caught.value.__cause__, ClassValidationError)

    def test_says_which_of_several(self) -> None:
        """Of two that look the same, further in, in a type that holds itself."""
        with pytest.raises(InvalidTypeError) as caught:
            load(
                {"letters": [{"number": 1}], "parts": [], "number": 1},
                Folder,
                converter=make_converter(),
            )
        expected = "a type that the converter has a hook for"
        got = described(Reminder | Letter)
        assert str(caught.value) == f"type_: got {got}; give {expected}"

    def test_not_where_a_hook_of_the_hosts_refuses(self) -> None:
        """With an error of ours that names no field."""

        def refuse(*_: object) -> NoReturn:
            raise FeatureClosedError(Reason.OPTION_OFF)

        converter = make_converter()
        converter.register_structure_hook(Odd, refuse)
        with pytest.raises(InvalidDataError) as caught:
            load({"subject": 1, "copies": 2}, holding(Odd), converter=converter)
        assert caught.value.errors == (f"{FeatureClosedError(Reason.OPTION_OFF)} @ $.subject",)

    def test_not_of_a_type_that_holds_itself(self) -> None:
        with pytest.raises(InvalidDataError) as caught:
            load({"number": "one", "parts": []}, Tree, converter=make_converter())
        assert caught.value.errors == ("invalid value for type, expected int @ $.number",)

    def test_keys_that_json_has_not(self) -> None:
        type_ = dict[Identifier, Client]
        job = holding(type_)({1: MARTIN}, 2)
        further_in = {"subject": [{}], "copies": 2}
        for attempt in (
            lambda: load({}, type_, converter=make_converter()),
            lambda: load(further_in, holding(tuple[type_, ...]), converter=make_converter()),
            lambda: dump(job, converter=make_converter()),
        ):
            with pytest.raises(InvalidTypeError) as caught:
                attempt()
            expected = "a dict with str keys: JSON has no others"
            assert str(caught.value) == f"type_: got {described(type_)}; give {expected}"

    def test_a_hook_of_the_hosts_is_enough(self) -> None:
        converter = make_converter()
        converter.register_structure_hook(Odd, lambda *_: Odd())
        loaded = load({"subject": [1], "copies": 2}, holding(list[Odd]), converter=converter)
        assert type(loaded.subject[0]) is Odd

    def test_what_such_a_hook_refuses_is_data(self) -> None:
        def refuse(*_: object) -> Odd:
            raise ValueError("not today")

        converter = make_converter()
        converter.register_structure_hook(Odd, refuse)
        for type_, data in (
            (Odd, 1),
            (tuple[Odd, ...], [1]),
            (holding(Odd | None), {"subject": 1}),
        ):
            with pytest.raises(InvalidDataError):
                load(data, type_, converter=converter)

    def test_of_a_type_with_parts_that_have_no_hook(self) -> None:
        """Its own hook decides, and what that refuses is data."""

        def refuse(*_: object) -> tuple[Reminder, ...]:
            raise TypeError("not today")

        type_ = tuple[Reminder | Letter, ...]
        converter = make_converter()
        converter.register_structure_hook_factory(lambda t: t == type_, lambda _: refuse)
        with pytest.raises(InvalidDataError):
            load([], type_, converter=converter)

    @pytest.mark.parametrize(
        ("type_", "data"),
        [
            (list[Client], [{"id": 1}]),
            (tuple[Client, ...], [{"id": 1}]),
            (dict[str, Client], {"a": {"id": 1}}),
            (Client | None, {"id": 1}),
            (Client | Contract, {"id": 1}),
            (
                Contract,
                {"record_kind": "contract", "id": 2, "client": {"id": 1}, "introduction": None},
            ),
        ],
        ids=str,
    )
    def test_a_hook_is_told_the_type(self, type_: Any, data: Json) -> None:
        given_types = []

        def hook(data: Json, kind: Any) -> Client:
            given_types.append(kind)
            return Client(data["id"], introduction=None)

        converter = make_converter()
        converter.register_structure_hook(Client, hook)
        load(data, type_, converter=converter)
        assert given_types == [Client]

    def test_a_hook_for_one_of_ours_counts_in_the_others(self) -> None:
        """So a host can go on reading what an older system wrote."""
        converter = make_converter()
        converter.register_structure_hook(Introducer, lambda data, _: Introducer(data["number"]))
        converter.register_unstructure_hook(Introducer, lambda durand: {"number": durand.id})
        client = Client(1, introduction=Introduction(introducer=Introducer("A7")))
        data = dump(client, converter=converter)
        assert data["introduction"]["introducer"] == {"number": "A7"}
        assert load(data, Client, converter=converter) == client


# --- What is in a database for years --------------------------------------------------------------


class TestStored:
    """A document that one version dumped is loaded by all later ones."""

    DOCUMENTS: ClassVar[dict[str, Json]] = json.loads(
        (Path(__file__).parent / "stored_by_0.1.0.json").read_text(encoding="utf-8")
    )
    VALUES: ClassVar[dict[str, tuple[Any, object]]] = {
        "gate": (FeatureGate, FeatureGate(premium=True, option_enabled=False)),
        "product": (Product, Product("auto", name="Auto")),
        "client": (Client, Client(7, emails="c@c.example", introduction=None)),
        "contract": (Contract, AUTO),
        "deals": (
            list[Deal],
            [AUTO, Project(UUID(int=7), client=MARTIN, introduction=PREFERRED)],
        ),
        "record": (RECORD, MARTIN),
        "no deal": (Deal | None, None),
        "rule": (CommunicationRule, CommunicationRule.CLIENT_AND_INTRODUCER),
        "large id": (Identifier, 2**53),
    }

    @pytest.mark.parametrize("name", VALUES)
    def test_documents_of_the_first_version(self, name: str) -> None:
        type_, value = self.VALUES[name]
        assert load(self.DOCUMENTS[name], type_) == value

    def test_all_of_them(self) -> None:
        assert self.DOCUMENTS.keys() == self.VALUES.keys()

    def test_a_field_that_is_added(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """As if `name` of a product were new: what is older gets the default, and nothing else
        may be missing."""
        monkeypatch.setitem(_records.ADDED, Product, {"name"})
        converter = make_converter()
        old = {"id": "auto", "block": {"rule": "introducer", "terms": None}}
        block = CommissionBlock(rule="introducer")
        assert load(old, Product, converter=converter) == Product("auto", block=block)
        new = dump(Product("auto", name="Auto"), converter=converter)
        assert load(new, Product, converter=converter).name == "Auto"
        with pytest.raises(InvalidDataError) as caught:
            load({"id": "auto", "name": 1}, Product, converter=converter)
        assert [error.rpartition(" @ ")[2] for error in caught.value.errors] == [
            "$.name",
            "$.block",
        ]

    def test_a_key_of_a_later_version(self) -> None:
        """The other way round is refused: what it means is not known here (D19)."""
        with pytest.raises(InvalidDataError, match="unknown key 'language'"):
            load({**dump(MARTIN), "language": "fr"}, Client)


class TestLargeIds:
    """D17: numbers that other programs would round or refuse are written as texts."""

    @pytest.mark.parametrize(
        "id", [2**53 - 1, -(2**53) + 1, 2**53, -(2**53), 2**63, 2**64, 2**64 + 1, 10**40, -(10**40)]
    )
    def test_are_exact_for_javascript(self, id: int) -> None:
        data = dump(Product(id))["id"]
        assert data == (id if abs(id) < 2**53 else {"int": str(id)})
        assert load(json.loads(json.dumps(dump(Product(id)))), Product).id == id
        as_javascript_reads = json.loads(json.dumps(data), parse_int=lambda text: int(float(text)))
        assert load(as_javascript_reads, Identifier) == id

    @pytest.mark.parametrize("id", [2**53, 2**64, 10**40])
    def test_a_plain_number_is_taken_as_it_is(self, id: int) -> None:
        """Python reads it exactly."""
        assert load(id, Identifier) == id

    @pytest.mark.parametrize("text", ["", "7.0", " 7", "07", "+7", "1_000", "seven", "٧"])
    def test_only_as_it_is_written(self, text: str) -> None:
        with pytest.raises(InvalidDataError) as caught:
            load({"int": text}, Identifier)
        assert caught.value.errors == (f"{text!r} is no whole number as str(…) writes it @ $",)

    @pytest.mark.parametrize(
        "data", [{"int": 7}, {"int": "7", "uuid": "7"}, {}, {"number": "7"}, {"int": "7", "a": 1}]
    )
    def test_nothing_else(self, data: Json) -> None:
        with pytest.raises(InvalidDataError, match="give a whole number"):
            load(data, Identifier)


# --- A host's own types ---------------------------------------------------------------------------


@frozen
class Mailing:
    """A host's own type, made of ours."""

    id: Identifier
    rule: CommunicationRule
    deals: tuple[Deal, ...]
    backup: Client | None
    copies: int


class TestHostsOwnTypes:
    MAILING = Mailing(UUID(int=7), CommunicationRule.INTRODUCER, (AUTO,), None, 2)

    @pytest.fixture
    def data(self) -> Json:
        return json.loads(json.dumps(dump(self.MAILING, converter=make_converter())))

    def test_round_trip(self, data: Json) -> None:
        assert load(data, Mailing, converter=make_converter()) == self.MAILING
        assert make_converter().structure(data, Mailing) == self.MAILING

    def test_ids_are_checked(self, data: Json) -> None:
        """D17"""
        with pytest.raises(InvalidDataError, match=r"'' is no id; .* @ \$.id"):
            load({**data, "id": ""}, Mailing, converter=make_converter())

    def test_errors_have_their_place(self, data: Json) -> None:
        data |= {"id": 1.5, "copies": "two", "deals": "abc", "backup": {}, "rule": "x"}
        with pytest.raises(InvalidDataError) as caught:
            load(data, Mailing, converter=make_converter())
        places = {error.rpartition(" @ ")[2] for error in caught.value.errors}
        fields = ("id", "name", "emails", "introduction")
        assert places == {"$.id", "$.copies", "$.deals", "$.rule"} | {
            f"$.backup.{f}" for f in fields
        }
        assert "invalid value for type, expected int @ $.copies" in caught.value.errors

    @pytest.mark.parametrize(
        ("data", "type_"),
        [
            pytest.param([], dict[str, int], id="no object"),
            pytest.param(3, Mailing, id="a number"),
            pytest.param({"id": 1}, Mailing, id="keys missing"),
            pytest.param([1], tuple[int, int], id="too short"),
            pytest.param("x", dict[str, Client], id="a text"),
        ],
    )
    def test_data_that_is_nothing_like_it(self, data: Json, type_: object) -> None:
        with pytest.raises(InvalidDataError):
            load(data, type_, converter=make_converter())


class TestFaultsElsewhere:
    def test_what_comes_before_the_fault(self) -> None:
        """A word has no parts to look into, and a dict may be in order."""
        for before in (CommunicationRule.CLIENT, {"rule": CommunicationRule.CLIENT}):
            with pytest.raises(InvalidTypeError, match=r"^value\[1\]: got an object of type"):
                dump([before, object()])

    def test_an_error_of_the_hosts_own_hook_is_not_about_the_data(self) -> None:
        converter = make_converter()

        def broken(_data: object, _type: object) -> Foreign:
            raise ArithmeticError("of the host")

        converter.register_structure_hook(Foreign, broken)
        with pytest.raises(ArithmeticError, match="of the host"):
            load({}, Foreign, converter=converter)


class Foreign:
    """A type of the host's, with a hook of its own."""
