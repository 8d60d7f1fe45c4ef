"""What the strategies promise: valid, plain when shrunk, and reaching all that the core can say."""

from __future__ import annotations

import inspect
import pickle
import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from itertools import product
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

from partner_comms import (
    DECISIONS,
    AddressProblem,
    Client,
    CommissionBlock,
    Communication,
    CommunicationRule,
    Contract,
    Deal,
    FeatureGate,
    Introducer,
    Introduction,
    InvalidTypeError,
    Notice,
    Prefill,
    Product,
    Project,
    Recipients,
    RecordKind,
    RuleChange,
    is_email_address,
    prefill_introduction,
    resolve_recipients,
    sort_addresses,
    strategies,
)
from partner_comms.refusals import described
from partner_comms.strategies import (
    _addresses,
    clients,
    commission_blocks,
    communications,
    contracts,
    deals,
    decisions,
    email_addresses,
    gates,
    identifiers,
    introducers,
    introductions,
    invalid_email_addresses,
    portfolios,
    prefills,
    products,
    projects,
    recipients,
    rule_changes,
)

T = TypeVar("T")

QUICK = settings(
    max_examples=10_000,
    phases=[Phase.generate],
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
"""To find something, where it need not be small."""

SMALL = settings(
    max_examples=10_000,
    phases=[Phase.generate, Phase.shrink],
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
"""To find the plainest."""


def many(strategy: st.SearchStrategy[T], examples: int) -> list[T]:
    """That many values, the same ones each time."""
    drawn: list[T] = []

    @given(strategy)
    @settings(QUICK, max_examples=examples)
    def draw(value: T) -> None:
        drawn.append(value)

    draw()
    return drawn


def reached(
    strategy: st.SearchStrategy[T],
    of: Callable[[T], Iterable[Hashable]],
    wanted: AbstractSet[Hashable],
) -> set[Hashable]:
    """What `of` says of values, drawn until all that is wanted has come.

    A fixed number of values would suffice by chance alone: Hypothesis also draws the constants of
    the modules that are loaded, so other values come where other tests ran before.
    """
    seen: set[Hashable] = set()

    def complete(value: T) -> bool:
        seen.update(of(value))
        return seen >= wanted

    find(strategy, complete, settings=QUICK)
    return seen


def parties(value: object) -> Iterator[Client | Introducer]:
    """Everybody in a value, each as often as there."""
    match value:
        case Client():
            yield value
            yield from parties(value.introduction)
        case Introducer():
            yield value
        case Introduction():
            yield value.introducer
        case Prefill():
            yield from parties(value.introduction)
        case Project() | Contract():
            yield from parties(value.client)
            yield from parties(value.introduction)
        case tuple():
            for one in value:
                yield from parties(one)
        case _:
            assert value is None or isinstance(value, Product)


def blocks(value: object) -> Iterator[CommissionBlock]:
    """Every block in a value."""
    match value:
        case CommissionBlock():
            yield value
        case Introducer() | Product():
            yield value.block
        case Introduction():
            yield value.block
            yield value.introducer.block
        case Prefill():
            yield from blocks(value.introduction)
        case Client():
            yield from blocks(value.introduction)
        case Project() | Contract():
            yield from blocks(value.client)
            yield from blocks(value.introduction)
        case tuple():
            for one in value:
                yield from blocks(one)
        case _:
            assert value is None


RECORDS: list[Callable[..., st.SearchStrategy[Any]]] = [
    introducers,
    introductions,
    clients,
    projects,
    contracts,
    deals,
    products,
    portfolios,
    prefills,
]
anywhere = pytest.mark.parametrize("strategy", RECORDS, ids=lambda strategy: strategy.__name__)


class TestShape:
    """Plural, keyword-only, each argument a strategy with a default."""

    @pytest.mark.parametrize("name", strategies.__all__)
    def test_signature(self, name: str) -> None:
        strategy = getattr(strategies, name)
        assert name.endswith("s")
        for parameter in inspect.signature(strategy).parameters.values():
            assert parameter.kind is parameter.KEYWORD_ONLY
            assert isinstance(parameter.default, st.SearchStrategy)
        assert isinstance(strategy(), st.SearchStrategy)

    @pytest.mark.parametrize("name", strategies.__all__)
    def test_documented(self, name: str) -> None:
        assert len((getattr(strategies, name).__doc__ or "").splitlines()[0]) > 20


DURAND = Introducer("A7")
GIVEN = {
    "block": st.just(CommissionBlock()),
    "introducer": st.just(DURAND),
    "introduction": st.just(Introduction(introducer=DURAND)),
    "client": st.just(Client("C1", introduction=None)),
}
"""None is the default, as `commission_blocks()` is: Hypothesis makes it only once."""


class TestArguments:
    """What is no strategy is refused at once, by its name; but for `introduction=None`."""

    ARGUMENTS: ClassVar = [
        pytest.param(getattr(strategies, name), argument, id=f"{name} {argument}")
        for name in strategies.__all__
        for argument in inspect.signature(getattr(strategies, name)).parameters
    ]

    @pytest.mark.parametrize(("strategy", "argument"), ARGUMENTS)
    def test_no_strategy(self, strategy: Callable[..., object], argument: str) -> None:
        taken = inspect.signature(strategy).parameters
        given_values = [3, "a@example.org", CommissionBlock(), st.none]
        if argument != "introduction":
            given_values.append(None)
        for value in given_values:
            with pytest.raises(InvalidTypeError) as caught:
                strategy(**{argument: value})
            others = {name: made for name, made in GIVEN.items() if name in taken}
            with pytest.raises(InvalidTypeError, match=f"^{argument}: "):
                strategy(**others | {argument: value})  # also where nothing reaches into them
            expected = "a strategy: st.just(…) for one value, st.none() for None"
            assert str(caught.value) == f"{argument}: got {described(value)}; give {expected}"

    @pytest.mark.parametrize("strategy", [clients, projects, contracts, deals])
    def test_without_introduction(
        self, strategy: Callable[..., st.SearchStrategy[Client | Deal]]
    ) -> None:
        found = many(strategy(introduction=None), 30)
        assert {record.introduction for record in found} == {None}

    def test_made_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """And not for each example, which took as long as all the rest."""
        made = deals()
        monkeypatch.setattr(strategies, "st", None)  # what it would make others with
        assert len(many(made, 30)) == 30


class TestValid:
    """Everything valid by default: making a value is the check, since models check at the door."""

    @given(st.data())
    @anywhere
    @settings(max_examples=25)
    def test_records(
        self, strategy: Callable[[], st.SearchStrategy[Any]], data: st.DataObject
    ) -> None:
        value = data.draw(strategy())
        assert pickle.loads(pickle.dumps(value)) == value
        assert all(block.terms is None for block in blocks(value))

    @given(email_addresses())
    def test_addresses(self, address: str) -> None:
        """D16, by the core; the core is held against the standard by its own tests."""
        assert is_email_address(address)

    @given(invalid_email_addresses())
    @settings(max_examples=300)
    def test_invalid_addresses(self, text: str) -> None:
        assert not is_email_address(text)

    @given(identifiers())
    def test_ids(self, id: int | str | UUID) -> None:
        """D17"""
        assert Product(id).id is id

    @given(deals(), communications(), gates())
    @settings(max_examples=50)
    def test_an_e_mail(self, deal: Deal, communication: Communication, gate: FeatureGate) -> None:
        answer = resolve_recipients(communication, deal, gate=gate)
        assert answer.decision in DECISIONS


LOCAL = r"[\w.!#$%&'*+/=?^`{|}~-]+"
DOMAIN = r"[a-zA-Z0-9.-]+"
ADDRESS = f"{LOCAL}@{DOMAIN}"
BAD = r"(?:\r\n|[^!-~])"
OTHER = r"[^\x00-\xa0]"

WAYS = {
    "empty": "",
    "no @": LOCAL,
    "nothing before the @": f"@{DOMAIN}",
    "nothing after the @": f"{LOCAL}@",
    "two @": f"{LOCAL}@{ADDRESS}",
    "a bad character alone": BAD,
    "a bad character at the end": f"{ADDRESS}{BAD}",
    "a bad character in front": f"{BAD}{ADDRESS}",
    "a bad character before the @": f"{LOCAL}{BAD}@{DOMAIN}",
    "a bad character in the domain": f"{LOCAL}@{DOMAIN}{BAD}{DOMAIN}",
    "another header": f"{ADDRESS}{BAD}Bcc: {ADDRESS}",
    "an encoded word": rf"=\?utf-8\?q\?{LOCAL}\?=@{DOMAIN}",
    "half an encoded word": rf"(?:=\?utf-8)?\?[bBqQ]\?{ADDRESS}",
    "a display name": f"{LOCAL} <{ADDRESS}>",
    "angle brackets": f"<{ADDRESS}>",
    "a link": f"mailto:{ADDRESS}",
    "a list": f"{ADDRESS}, {ADDRESS}",
    "a list with semicolon": f"{ADDRESS};{ADDRESS}",
    "a group": f"{LOCAL}:{ADDRESS};",
    "quotes": f'"{LOCAL}"@{DOMAIN}',
    "a comment": rf"{LOCAL}\({LOCAL}\)@{DOMAIN}",
    "a number for a domain": rf"{LOCAL}@\[192\.0\.2\.1\]",
    "not ASCII before the @": f"{LOCAL}{OTHER}@{DOMAIN}",
    "not ASCII in the domain": f"{LOCAL}@{OTHER}{DOMAIN}",
    "a sign in the domain": rf"{LOCAL}@{DOMAIN}[^\w.\- ]|{LOCAL}@{DOMAIN}_",
    "a dot in front": rf"\.{LOCAL}@{DOMAIN}",
    "a dot before the @": rf"{LOCAL}\.@{DOMAIN}",
    "two dots before the @": rf"{LOCAL}\.\.{LOCAL}@{DOMAIN}",
    "a hyphen in front": f"-{LOCAL}@{DOMAIN}",
    "one label": f"{LOCAL}@[a-zA-Z0-9-]+",
    "a number at the end": rf"{LOCAL}@{DOMAIN}\.[0-9]+",
    "a dot at the end": rf"{LOCAL}@{DOMAIN}\.",
    "a dot after the @": rf"{LOCAL}@\.{DOMAIN}",
    "two dots": rf"{LOCAL}@{DOMAIN}\.\.{DOMAIN}",
    "a hyphen after the @": f"{LOCAL}@-{DOMAIN}",
    "a hyphen at the end": f"{LOCAL}@{DOMAIN}-",
    "a part too long": rf"{LOCAL}@[a-zA-Z0-9]{{65,70}}\.{DOMAIN}",
    "too long before the @": f"[a-zA-Z0-9]{{65,70}}@{DOMAIN}",
    "too long": rf"{ADDRESS}(?:\.example){{32}}",
}
"""What each way of being no address looks like."""


NOTICES = {
    (),
    (Notice.NO_CLIENT_ADDRESS,),
    (Notice.NO_INTRODUCER_ADDRESS,),
    (Notice.NO_CLIENT_ADDRESS, Notice.NO_INTRODUCER_ADDRESS),
    (Notice.CLIENT_NOT_ADDRESSED,),
}
"""Those of an answer; the others are for tables."""


class TestReach:
    """Nothing that the core can say is out of reach."""

    def test_shared_addresses(self) -> None:
        """D9: the introducer is at the client's address, in the same spelling and in another."""
        both = recipients().filter(lambda answer: answer.decision.cc is not None)
        find(
            both,
            lambda answer: bool(answer.to) and not answer.notices and not answer.cc,
            settings=QUICK,
        )
        find(
            st.tuples(email_addresses(), email_addresses()),
            lambda pair: pair[0] != pair[1] and pair[0].lower() == pair[1].lower(),
            settings=QUICK,
        )

    @pytest.mark.parametrize("length", [64, 254])
    def test_the_longest_addresses(self, length: int) -> None:
        """D16, RFC 5321: a host's column may be too narrow."""
        find(
            email_addresses(),
            lambda address: length in (len(address), address.index("@")),
            settings=QUICK,
        )

    @pytest.mark.parametrize("form", [r".*!.*@.*", r".*\..*@.*", r".*@.*\..*\..*"])
    def test_addresses_beyond_the_familiar_ones(self, form: str) -> None:
        familiar = (*_addresses._FAMILIAR, *_addresses._LONGEST)
        find(
            email_addresses(),
            lambda text: text not in familiar and re.fullmatch(form, text) is not None,
            settings=QUICK,
        )

    @pytest.mark.unmeasured
    @pytest.mark.parametrize("way", _addresses._NO_ADDRESS)
    def test_each_way_of_being_no_address(self, way: str) -> None:
        """D16"""
        form = re.compile(WAYS[way], re.ASCII)
        texts = many(_addresses._NO_ADDRESS[way], 30)
        assert [text for text in texts if not form.fullmatch(text)] == []
        assert not any(map(is_email_address, texts))

    def test_a_way_is_a_form_with_its_parts(self) -> None:
        """Made once, at import, and so made again here."""
        form = _addresses._form("{}-{}", st.just("a"), st.just("b"))
        assert find(form, lambda _: True, settings=QUICK) == "a-b"

    def test_all_ways(self) -> None:
        assert _addresses._NO_ADDRESS.keys() == WAYS.keys()
        forms = {way: re.compile(form, re.ASCII).fullmatch for way, form in WAYS.items()}

        def ways_of(text: str) -> list[str]:
            return [way for way, form in forms.items() if form(text)]

        reached(invalid_email_addresses(), ways_of, WAYS.keys())

    def test_all_problems(self) -> None:
        """D16: each code of what can be wrong."""

        def problems_of(text: str) -> list[AddressProblem]:
            ((_, problem),) = sort_addresses([text]).doubtful
            return [problem]

        problems = {*AddressProblem}
        assert reached(invalid_email_addresses(), problems_of, problems) == problems

    def test_what_breaks_out_of_a_header(self) -> None:
        """Line breaks of every kind, spaces, control characters, at the very end too."""
        breaks = {*"\n\r\v\f\x85\u2028 \t\u00a0\x00\x7f"}
        way = _addresses._NO_ADDRESS["a bad character at the end"]
        reached(way, lambda text: text[-1:], breaks)

    @pytest.mark.parametrize("kind", [int, str, UUID])
    def test_ids_of_every_type(self, kind: type) -> None:
        """D17"""
        find(identifiers(), lambda found: isinstance(found, kind), settings=QUICK)

    def test_the_shortest_text_for_an_id(self) -> None:
        assert find(identifiers(), lambda id: isinstance(id, str), settings=SMALL) == "0"

    def test_the_introducers_of_a_deal(self) -> None:
        """D1, D5: none, one of the two, the same one, another one."""

        def introducers_of(deal: Deal) -> list[tuple[bool, bool, bool]]:
            preferred, own = deal.client.introduction, deal.introduction
            same = bool(preferred and own and preferred.introducer == own.introducer)
            return [(preferred is not None, own is not None, same)]

        possible = {
            (False, False, False),
            (True, False, False),
            (False, True, False),
            (True, True, False),
            (True, True, True),
        }
        assert reached(contracts(), introducers_of, possible) == possible

    def test_a_project_and_a_contract_may_share_an_id(self) -> None:
        find(
            portfolios(ids=st.integers(0, 1)),
            lambda deals: len({deal.id for deal in deals}) < len(deals),
            settings=QUICK,
        )

    def test_portfolios_share(self) -> None:
        """Two deals of one client, two of one introducer, two of one introduction."""

        def share(values: list[object]) -> bool:
            return len(set(map(id, values))) < len(values)

        def shares_all(portfolio: tuple[Deal, ...]) -> bool:
            found = [deal.introduction for deal in portfolio if deal.introduction is not None]
            different = {id(introduction): introduction for introduction in found}.values()
            return (
                share([deal.client for deal in portfolio])
                and share([*found])
                and share([introduction.introducer for introduction in different])
            )

        find(portfolios(), shares_all, settings=QUICK)

    @pytest.mark.unmeasured
    def test_portfolios_are_small(self) -> None:
        def sizes_of(portfolio: tuple[Deal, ...]) -> list[tuple[str, int]]:
            introductions = [deal.introduction for deal in portfolio if deal.introduction]
            return [
                ("deals", len(portfolio)),
                ("clients", len({deal.client.id for deal in portfolio})),
                ("introducers", len({made.introducer.id for made in introductions})),
            ]

        up_to = {"deals": 8, "clients": 3, "introducers": 3}
        possible = {(what, n) for what, most in up_to.items() for n in range(most + 1)}
        assert reached(portfolios(ids=st.integers()), sizes_of, possible) == possible


@pytest.mark.unmeasured
class TestAnswers:
    """Answers are what the library answers, and all of it."""

    def test_decisions(self) -> None:
        """D14"""
        assert reached(decisions(), lambda decision: [decision], {*DECISIONS}) == {*DECISIONS}

    def test_recipients(self) -> None:
        """D8, D9, D10, D14"""

        def parts_of(answer: Recipients) -> list[object]:
            lists = [(answer.to != (), answer.cc != ())] if answer.decision.cc else []
            return [answer.decision, answer.notices, *lists]

        possible = {*DECISIONS, *NOTICES, (True, True), (True, False), (False, False)}
        assert reached(recipients(), parts_of, possible) == possible

    def test_addresses_of_the_hosts(self) -> None:
        answers = many(recipients(emails=st.just("d@d.example")), 50)
        assert {answer.to for answer in answers} == {("d@d.example",)}

    def test_prefills(self) -> None:
        """S10, S11, D5"""
        possible = {
            (RecordKind.INTRODUCER, False),
            (RecordKind.CLIENT, False),
            (RecordKind.CLIENT, True),
        }
        answered = reached(
            prefills(), lambda made: [(made.source, made.differs_from_preferred)], possible
        )
        assert answered == possible

    def test_rule_changes(self) -> None:
        """D11: each rule, each outcome, nothing at all, and several at once."""

        def parts_of(change: RuleChange[Deal]) -> list[object]:
            parts = {
                "changed": change.changes,
                "unchanged": change.unchanged,
                "skipped": change.skipped,
                "all": change.before,
            }
            return [change.rule, *((name, min(len(deals), 2)) for name, deals in parts.items())]

        outcomes = product(("changed", "unchanged", "skipped", "all"), range(3))
        possible = {*CommunicationRule, *outcomes}
        assert reached(rule_changes(), parts_of, possible) == possible

    def test_a_selection_of_the_hosts(self) -> None:
        rule = CommunicationRule.INTRODUCER
        one = st.lists(contracts(), min_size=1, max_size=1)
        (change,) = many(rule_changes(selection=one, rule=st.just(rule)), 1)
        assert change.rule is rule
        assert [type(deal) for deal in change.after] == [Contract]


class TestPlainest:
    """Shrinking ends at the plainest value, so that a failing example says only what matters."""

    NOBODY = Client(0, introduction=None)

    @pytest.mark.parametrize(
        ("strategy", "plainest"),
        [
            (identifiers, 0),
            (email_addresses, "a@example.org"),
            (invalid_email_addresses, ""),
            (communications, Communication.MANUAL_EMAIL),
            (gates, FeatureGate(premium=False, option_enabled=False)),
            (commission_blocks, CommissionBlock()),
            (introducers, Introducer(0)),
            (introductions, Introduction(introducer=Introducer(0))),
            (clients, NOBODY),
            (projects, Project(0, client=NOBODY, introduction=None)),
            (contracts, Contract(0, client=NOBODY, introduction=None)),
            (deals, Project(0, client=NOBODY, introduction=None)),
            (products, Product(0)),
            (portfolios, ()),
            (decisions, DECISIONS[0]),
            (prefills, prefill_introduction(NOBODY, Introducer(0))),
        ],
        ids=lambda value: getattr(value, "__name__", ""),
    )
    def test_of_all(self, strategy: Callable[[], st.SearchStrategy[Any]], plainest: object) -> None:
        assert find(strategy(), lambda _: True, settings=SMALL) == plainest

    def test_of_those_with_something(self) -> None:
        rule = CommunicationRule.CLIENT_AND_INTRODUCER
        found = find(
            contracts(),
            lambda deal: deal.rule is rule and deal.introduction.introducer.emails != (),
            settings=SMALL,
        )
        durand = Introducer(0, emails="a@example.org")
        introduction = Introduction(introducer=durand, block=CommissionBlock(rule=rule))
        assert found == Contract(0, client=self.NOBODY, introduction=introduction)


class TestArgumentsReachDown:
    """`ids=`, `names=`, `emails=` and `terms=` reach every nested value."""

    @anywhere
    @given(st.data())
    @settings(max_examples=20)
    def test_everywhere(
        self, strategy: Callable[..., st.SearchStrategy[Any]], data: st.DataObject
    ) -> None:
        given_values = {
            "ids": st.integers(1, 9),
            "names": st.just("Durand"),
            "emails": st.just("d@d.example"),
            "terms": st.just("T"),
        }
        taken = inspect.signature(strategy).parameters
        assert set(given_values) - set(taken) <= ({"emails"} if strategy is products else set())
        value = data.draw(strategy(**{k: v for k, v in given_values.items() if k in taken}))

        for party in parties(value):
            assert party.id in range(1, 10)
            assert party.name == "Durand"
            assert party.emails == ("d@d.example",)
        if isinstance(value, Product):
            assert value.name == "Durand"
        for block in blocks(value):
            assert block.terms == "T"
        for deal in value if isinstance(value, tuple) else (value,):
            assert isinstance(deal, Introduction | Prefill) or deal.id in range(1, 10)

    @given(st.data())
    @settings(max_examples=25)
    def test_fields(self, data: st.DataObject) -> None:
        """An argument named after a field fills that field."""
        martin = Client("C1", introduction=Introduction(introducer=Introducer("A7")))
        durand = Introducer("A8")
        block = CommissionBlock(rule="introducer", terms=("T",))
        draw = data.draw
        assert draw(gates(premium=st.just(True), option_enabled=st.just(True))).is_open
        assert draw(commission_blocks(rule=st.just(block.rule))).rule is block.rule
        assert draw(introducers(block=st.just(block))).block is block
        assert draw(products(block=st.just(block))).block is block
        assert draw(introductions(block=st.just(block))).block is block
        introduction = draw(introductions(introducer=st.just(durand)))
        assert introduction.introducer is durand
        assert draw(clients(introduction=st.just(introduction))).introduction is introduction
        for strategy in (projects, contracts, deals):
            deal: Deal = draw(strategy(client=st.just(martin), introduction=st.just(introduction)))
            assert deal.client is martin
            assert deal.introduction is introduction


def test_terms_of_the_hosts_go_with_every_rule() -> None:
    """S4"""
    made = commission_blocks(terms=st.just("T"))
    reached(made, lambda block: [block.rule], set(CommunicationRule))


class TestOneIdIsOneRecord:
    """Within one value, one id of a kind is one record."""

    @given(st.data())
    @settings(max_examples=50)
    @pytest.mark.parametrize("strategy", [contracts, deals, portfolios])
    @pytest.mark.parametrize(
        "ids", [st.just(1), st.integers(0, 2), identifiers()], ids=["one", "few", "all"]
    )
    def test_records(
        self,
        strategy: Callable[..., st.SearchStrategy[Any]],
        ids: st.SearchStrategy[Any],
        data: st.DataObject,
    ) -> None:
        value = data.draw(strategy(ids=ids, names=st.text("abcde", min_size=2, max_size=2)))
        known: dict[object, object] = {}
        for party in parties(value):
            assert known.setdefault((party.record_kind, party.id), party) == party
        if isinstance(value, tuple):
            keys = [(deal.record_kind, deal.id) for deal in value]
            assert len(set(keys)) == len(keys)

    def test_what_the_host_gives_is_not_bent(self) -> None:
        """Two records with one id, both the host's own: refused, as no such value is meant."""
        martin = Client(1, introduction=Introduction(introducer=Introducer(7, name="Durand")))
        other = Introduction(introducer=Introducer(7, name="Dupont"))
        impossible = contracts(client=st.just(martin), introduction=st.just(other))
        with pytest.raises(Unsatisfiable):
            find(impossible, lambda _: True, settings=settings(QUICK, max_examples=20))


def test_the_introduction_is_bent_where_the_client_is_given() -> None:
    """One id is one record: the introducer is the one that the host's client prefers."""
    preferred = Introduction(introducer=Introducer(7, name="Durand"))
    given = Client(1, introduction=preferred)

    def introducers_of(deal: Contract) -> list[Introducer]:
        assert deal.client is given
        return [deal.introduction.introducer] if deal.introduction else []

    bent = contracts(client=st.just(given))
    reached(bent, introducers_of, {preferred.introducer})
