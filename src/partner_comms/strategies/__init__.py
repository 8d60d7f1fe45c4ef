"""Hypothesis strategies for the values of the library (extra `hypothesis`).

All arguments are strategies, given by keyword. `ids`, `names`, `emails` and `terms` can be given
anywhere and reach down to every nested value, so that a host with integer keys says so once;
`emails` makes what a party's `emails` takes, one address or a list. An argument named after a
field fills that field, and then nothing reaches into what it makes. `introduction=None` makes
records without introducer; any other argument that is no strategy is refused with an
`InvalidTypeError`.

Without arguments they make everything valid, and shrink to the plainest value. Within one value,
one id of a kind is one record; a project and a contract may share an id. Terms are None unless
asked for.

>>> from hypothesis import find
>>> find(clients(ids=st.integers(min_value=1)), lambda client: client.introduction is None)
Client(id=1, name='', emails=(), introduction=None)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeVar
from uuid import UUID

from attrs import evolve

try:
    from hypothesis import assume
    from hypothesis import strategies as st
except ImportError as _missing:
    raise ImportError(
        "partner_comms.strategies needs Hypothesis: pip install 'partner-comms[hypothesis]'"
    ) from _missing

from ..answers import Decision, Recipients
from ..codes import Communication, CommunicationRule
from ..errors import Identifier, InvalidTypeError
from ..models import (
    Client,
    CommissionBlock,
    Contract,
    Deal,
    FeatureGate,
    Introducer,
    Introduction,
    Product,
    Project,
)
from ..prefill import Prefill, prefill_introduction
from ..refusals import described
from ..rules import DECISIONS, resolve_recipients
from ..selection import RuleChange, change_rule
from ._addresses import email_addresses, invalid_email_addresses

__all__ = [
    "clients",
    "commission_blocks",
    "communications",
    "contracts",
    "deals",
    "decisions",
    "email_addresses",
    "gates",
    "identifiers",
    "introducers",
    "introductions",
    "invalid_email_addresses",
    "portfolios",
    "prefills",
    "products",
    "projects",
    "recipients",
    "rule_changes",
]

Emails = str | list[str] | tuple[str, ...]
DealT = TypeVar("DealT", Project, Contract)


def _refuse_others(**arguments: object) -> None:
    """Here, by the argument's name: Hypothesis would say so once a value is drawn, by none."""
    for name, value in arguments.items():
        if not isinstance(value, st.SearchStrategy):
            expected = "a strategy: st.just(…) for one value, st.none() for None"
            raise InvalidTypeError(name, described(value), expected)


# --- Ids and words --------------------------------------------------------------------------------

# Not `st.uuids()`: those are random, and do not shrink.
_UUIDS = st.builds(UUID, int=st.integers(0, 2**128 - 1))


def identifiers() -> st.SearchStrategy[Identifier]:
    """Ids of every type (D17): an `int`, a `str` that is not empty, a `UUID`.

    >>> from hypothesis import find
    >>> find(identifiers(), lambda id: isinstance(id, str))
    '0'
    """
    return st.one_of(st.integers(), st.text(min_size=1), _UUIDS)


def communications() -> st.SearchStrategy[Communication]:
    """Every communication, covered or not (S5, D13).

    >>> from hypothesis import find
    >>> find(communications(), lambda communication: communication.is_formal)
    <Communication.FORMAL_NOTICE: 'formal_notice'>
    """
    return st.sampled_from(Communication)


_BOOLEANS = st.booleans()


def gates(
    *,
    premium: st.SearchStrategy[bool] = _BOOLEANS,
    option_enabled: st.SearchStrategy[bool] = _BOOLEANS,
) -> st.SearchStrategy[FeatureGate]:
    """Gates, open and closed in each way (S1, S2).

    >>> from hypothesis import find
    >>> find(gates(premium=st.just(True)), lambda gate: not gate.is_open)
    FeatureGate(premium=True, option_enabled=False)
    """
    _refuse_others(premium=premium, option_enabled=option_enabled)
    return st.builds(FeatureGate, premium=premium, option_enabled=option_enabled)


# --- Records --------------------------------------------------------------------------------------
# A default that other arguments reach into is told apart from what a host gives by being itself.

_RULES = st.sampled_from(CommunicationRule)
_IDS = identifiers()
_NAMES = st.text()
_EMAILS = st.lists(email_addresses(), max_size=3)
_TERMS = st.none()


def commission_blocks(
    *,
    rule: st.SearchStrategy[CommunicationRule] = _RULES,
    terms: st.SearchStrategy[object] = _TERMS,
) -> st.SearchStrategy[CommissionBlock]:
    """Blocks with every rule (S4), and with the terms that `terms` makes.

    >>> from hypothesis import find
    >>> find(commission_blocks(terms=st.integers(1, 9)), lambda block: True)
    CommissionBlock(rule=<CommunicationRule.CLIENT: 'client'>, terms=1)
    """
    _refuse_others(rule=rule, terms=terms)
    if terms is _TERMS:  # three draws fewer for a contract
        return st.builds(CommissionBlock, rule=rule)
    return st.builds(CommissionBlock, rule=rule, terms=terms)


_BLOCKS = commission_blocks()


def introducers(
    *,
    ids: st.SearchStrategy[Identifier] = _IDS,
    names: st.SearchStrategy[str] = _NAMES,
    emails: st.SearchStrategy[Emails] = _EMAILS,
    block: st.SearchStrategy[CommissionBlock] = _BLOCKS,
    terms: st.SearchStrategy[object] = _TERMS,
) -> st.SearchStrategy[Introducer]:
    """Introducers, with no, one or several addresses, and a block of their own.

    >>> from hypothesis import find
    >>> find(introducers(), lambda introducer: introducer.emails).emails
    ('a@example.org',)
    """
    _refuse_others(ids=ids, names=names, emails=emails, block=block, terms=terms)
    block = commission_blocks(terms=terms) if block is _BLOCKS else block
    return st.builds(Introducer, ids, name=names, emails=emails, block=block)


_INTRODUCERS = introducers()


def introductions(
    *,
    ids: st.SearchStrategy[Identifier] = _IDS,
    names: st.SearchStrategy[str] = _NAMES,
    emails: st.SearchStrategy[Emails] = _EMAILS,
    terms: st.SearchStrategy[object] = _TERMS,
    introducer: st.SearchStrategy[Introducer] = _INTRODUCERS,
    block: st.SearchStrategy[CommissionBlock] = _BLOCKS,
) -> st.SearchStrategy[Introduction]:
    """Introductions: an introducer, and a block that may differ from the introducer's own.

    >>> from hypothesis import find
    >>> find(introductions(), lambda found: found.block != found.introducer.block).block.rule
    <CommunicationRule.INTRODUCER: 'introducer'>
    """
    _refuse_others(ids=ids, names=names, emails=emails, terms=terms)
    _refuse_others(introducer=introducer, block=block)
    if introducer is _INTRODUCERS:
        introducer = introducers(ids=ids, names=names, emails=emails, terms=terms)
    block = commission_blocks(terms=terms) if block is _BLOCKS else block
    return st.builds(Introduction, introducer=introducer, block=block)


_INTRODUCTIONS = st.none() | introductions()


def clients(
    *,
    ids: st.SearchStrategy[Identifier] = _IDS,
    names: st.SearchStrategy[str] = _NAMES,
    emails: st.SearchStrategy[Emails] = _EMAILS,
    terms: st.SearchStrategy[object] = _TERMS,
    introduction: st.SearchStrategy[Introduction | None] | None = _INTRODUCTIONS,
) -> st.SearchStrategy[Client]:
    """Clients, with a preferred introducer and without; without alone for `introduction=None`.

    >>> from hypothesis import find
    >>> find(clients(), lambda client: client.rule == "introducer").introduction.introducer.id
    0
    """
    introduction = st.none() if introduction is None else introduction
    _refuse_others(ids=ids, names=names, emails=emails, terms=terms, introduction=introduction)
    if introduction is _INTRODUCTIONS:
        introduction = st.none() | introductions(ids=ids, names=names, emails=emails, terms=terms)
    return st.builds(Client, ids, name=names, emails=emails, introduction=introduction)


_CLIENTS = clients()


def products(
    *,
    ids: st.SearchStrategy[Identifier] = _IDS,
    names: st.SearchStrategy[str] = _NAMES,
    terms: st.SearchStrategy[object] = _TERMS,
    block: st.SearchStrategy[CommissionBlock] = _BLOCKS,
) -> st.SearchStrategy[Product]:
    """Products, with a block of their own (D6).

    >>> from hypothesis import find
    >>> find(products(), lambda product: True).name
    ''
    """
    _refuse_others(ids=ids, names=names, terms=terms, block=block)
    block = commission_blocks(terms=terms) if block is _BLOCKS else block
    return st.builds(Product, ids, name=names, block=block)


# --- Deals ----------------------------------------------------------------------------------------


def projects(
    *,
    ids: st.SearchStrategy[Identifier] = _IDS,
    names: st.SearchStrategy[str] = _NAMES,
    emails: st.SearchStrategy[Emails] = _EMAILS,
    terms: st.SearchStrategy[object] = _TERMS,
    client: st.SearchStrategy[Client] = _CLIENTS,
    introduction: st.SearchStrategy[Introduction | None] | None = _INTRODUCTIONS,
) -> st.SearchStrategy[Project]:
    """Projects, as `contracts` makes contracts.

    >>> from hypothesis import find
    >>> find(projects(), lambda project: project.introduction is None).client.id
    0
    """
    return _deals_of(Project, ids, names, emails, terms, client, introduction)


def contracts(
    *,
    ids: st.SearchStrategy[Identifier] = _IDS,
    names: st.SearchStrategy[str] = _NAMES,
    emails: st.SearchStrategy[Emails] = _EMAILS,
    terms: st.SearchStrategy[object] = _TERMS,
    client: st.SearchStrategy[Client] = _CLIENTS,
    introduction: st.SearchStrategy[Introduction | None] | None = _INTRODUCTIONS,
) -> st.SearchStrategy[Contract]:
    """Contracts: without introducer, with the one that the client prefers, with another one.

    >>> from hypothesis import find
    >>> found = find(contracts(), lambda contract: contract.rule and contract.client.rule)
    >>> found.introduction.introducer == found.client.introduction.introducer
    True
    """
    return _deals_of(Contract, ids, names, emails, terms, client, introduction)


def deals(
    *,
    ids: st.SearchStrategy[Identifier] = _IDS,
    names: st.SearchStrategy[str] = _NAMES,
    emails: st.SearchStrategy[Emails] = _EMAILS,
    terms: st.SearchStrategy[object] = _TERMS,
    client: st.SearchStrategy[Client] = _CLIENTS,
    introduction: st.SearchStrategy[Introduction | None] | None = _INTRODUCTIONS,
) -> st.SearchStrategy[Deal]:
    """Projects and contracts, as `contracts` makes contracts.

    >>> from hypothesis import find
    >>> find(deals(), lambda deal: deal.record_kind == "contract").introduction is None
    True
    """
    return st.one_of(
        _deals_of(Project, ids, names, emails, terms, client, introduction),
        _deals_of(Contract, ids, names, emails, terms, client, introduction),
    )


def _deals_of(
    kind: type[DealT],
    ids: st.SearchStrategy[Identifier],
    names: st.SearchStrategy[str],
    emails: st.SearchStrategy[Emails],
    terms: st.SearchStrategy[object],
    client: st.SearchStrategy[Client],
    introduction: st.SearchStrategy[Introduction | None] | None,
) -> st.SearchStrategy[DealT]:
    introduction = st.none() if introduction is None else introduction
    _refuse_others(ids=ids, names=names, emails=emails, terms=terms)
    _refuse_others(client=client, introduction=introduction)
    bent: Literal["client", "introduction"] | None = None
    if introduction is _INTRODUCTIONS:
        introduction = st.none() | introductions(ids=ids, names=names, emails=emails, terms=terms)
        bent = "introduction"
    if client is _CLIENTS:
        client = clients(ids=ids, names=names, emails=emails, terms=terms)
        bent = "client"
    return _with_one_introducer(kind, ids, client, introduction, bent)


@st.composite
def _with_one_introducer(
    draw: st.DrawFn,
    kind: type[DealT],
    ids: st.SearchStrategy[Identifier],
    client: st.SearchStrategy[Client],
    introduction: st.SearchStrategy[Introduction | None],
    bent: Literal["client", "introduction"] | None,
) -> DealT:
    """One id is one record, and often the introducer is the one that the client prefers.

    `bent` is what may be changed for it; what the host gives may not.
    """
    found, found_client = draw(introduction), draw(client)
    preferred = found_client.introduction
    if found is not None and preferred is not None:
        same_id = found.introducer.id == preferred.introducer.id
        if bent is None:
            assume(not same_id or found.introducer == preferred.introducer)
        elif same_id or draw(_BOOLEANS):
            if bent == "client":
                preferred = evolve(preferred, introducer=found.introducer)
                found_client = evolve(found_client, introduction=preferred)
            else:
                found = evolve(found, introducer=preferred.introducer)
    return kind(draw(ids), client=found_client, introduction=found)


def portfolios(
    *,
    ids: st.SearchStrategy[Identifier] = _IDS,
    names: st.SearchStrategy[str] = _NAMES,
    emails: st.SearchStrategy[Emails] = _EMAILS,
    terms: st.SearchStrategy[object] = _TERMS,
) -> st.SearchStrategy[tuple[Deal, ...]]:
    """Projects and contracts that share clients, introducers and introductions, as real ones do.

    Each deal is there once; a portfolio may be empty.

    >>> from hypothesis import find
    >>> found = find(portfolios(), lambda deals: len(deals) == 2)
    >>> found[0].client is found[1].client
    True
    """
    return _portfolios(
        ids,
        st.lists(
            introducers(ids=ids, names=names, emails=emails, terms=terms),
            max_size=3,
            unique_by=_id,
        ),
        names,
        emails,
        commission_blocks(terms=terms),
    )


@st.composite
def _portfolios(
    draw: st.DrawFn,
    ids: st.SearchStrategy[Identifier],
    introducers: st.SearchStrategy[list[Introducer]],
    names: st.SearchStrategy[str],
    emails: st.SearchStrategy[Emails],
    block: st.SearchStrategy[CommissionBlock],
) -> tuple[Deal, ...]:
    introduction: st.SearchStrategy[Introduction | None] = st.none()
    if known_introducers := draw(introducers):
        made = introductions(introducer=st.sampled_from(known_introducers), block=block)
        introduction = st.sampled_from((None, *draw(st.lists(made, max_size=4))))
    client = clients(ids=ids, names=names, emails=emails, introduction=introduction)
    known_clients = draw(st.lists(client, max_size=3, unique_by=_id))
    if not known_clients:
        return ()
    deal = deals(ids=ids, client=st.sampled_from(known_clients), introduction=introduction)
    return tuple(draw(st.lists(deal, max_size=8, unique_by=_kind_and_id)))


def _id(record: Introducer | Client) -> Identifier:
    return record.id


def _kind_and_id(deal: Deal) -> tuple[str, Identifier]:
    return deal.record_kind.value, deal.id


# --- Answers --------------------------------------------------------------------------------------

_OPEN = st.just(FeatureGate(premium=True, option_enabled=True))
_PORTFOLIOS = portfolios()


def decisions() -> st.SearchStrategy[Decision]:
    """The 21 decisions that the rule book can come to (D14).

    >>> from hypothesis import find
    >>> find(decisions(), lambda decision: decision.cc is not None).cc
    <Party.INTRODUCER: 'introducer'>
    """
    return st.sampled_from(DECISIONS)


def recipients(*, emails: st.SearchStrategy[Emails] = _EMAILS) -> st.SearchStrategy[Recipients]:
    """Every answer that `resolve_recipients` gives, with the addresses that `emails` makes.

    >>> from hypothesis import find
    >>> find(recipients(), lambda answer: answer.cc).notices
    ()
    """
    about = st.one_of(clients(emails=emails), deals(emails=emails))
    return st.builds(resolve_recipients, communications(), about, gate=_OPEN | gates())


def prefills(
    *,
    ids: st.SearchStrategy[Identifier] = _IDS,
    names: st.SearchStrategy[str] = _NAMES,
    emails: st.SearchStrategy[Emails] = _EMAILS,
    terms: st.SearchStrategy[object] = _TERMS,
) -> st.SearchStrategy[Prefill]:
    """What `prefill_introduction` answers, where the client prefers the introducer, another one
    or none.

    >>> from hypothesis import find
    >>> find(prefills(), lambda prefill: prefill.differs_from_preferred).source
    <RecordKind.CLIENT: 'client'>
    """
    introduction = introductions(ids=ids, names=names, emails=emails, terms=terms)
    client = clients(ids=ids, terms=terms)  # of whom no more is seen than the block
    deal = _with_one_introducer(Contract, ids, client, introduction, "client")
    return deal.map(_prefilled)


def _prefilled(deal: Deal) -> Prefill:
    assert deal.introduction is not None  # as it was asked for
    return prefill_introduction(deal.client, deal.introduction.introducer)


def rule_changes(
    *,
    selection: st.SearchStrategy[Sequence[Deal]] = _PORTFOLIOS,
    rule: st.SearchStrategy[CommunicationRule] = _RULES,
) -> st.SearchStrategy[RuleChange[Deal]]:
    """What `change_rule` makes of a selection, with deals of each outcome (S14, D11).

    >>> from hypothesis import find
    >>> find(rule_changes(), lambda change: change.skipped)
    <RuleChange to 'client': 0 changed, 0 unchanged, 1 skipped>
    """
    _refuse_others(selection=selection, rule=rule)
    return st.builds(change_rule, selection, rule, gate=_OPEN)
