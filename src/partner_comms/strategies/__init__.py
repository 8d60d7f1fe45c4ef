"""Hypothesis strategies for the values of the library (extra `hypothesis`).

All arguments are strategies, given by keyword. `ids`, `names`, `emails` and `terms` can be given
anywhere and reach down to every nested value, so that a host with integer keys says so once;
`emails` makes what a party's `emails` takes, one address or a list. An argument named after a
field fills that field, and then nothing reaches into what it makes.

Without arguments they make everything valid, and shrink to the plainest value. Within one value,
one id of a kind is one record; a project and a contract may share an id. Terms are None unless
asked for.

>>> from hypothesis import find
>>> find(clients(ids=st.integers(min_value=1)), lambda client: client.introduction is None)
Client(id=1, name='', emails=(), introduction=None)
"""

from __future__ import annotations

from functools import partial
from typing import TypeVar
from uuid import UUID

try:
    from hypothesis import assume
    from hypothesis import strategies as st
except ImportError as _missing:
    raise ImportError(
        "partner_comms.strategies needs Hypothesis: pip install 'partner-comms[hypothesis]'"
    ) from _missing

from ..models import (
    Client,
    CommissionBlock,
    Communication,
    CommunicationRule,
    Contract,
    Deal,
    FeatureGate,
    Identifier,
    Introducer,
    Introduction,
    Product,
    Project,
)
from ._addresses import email_addresses, invalid_email_addresses

__all__ = [
    "clients",
    "commission_blocks",
    "communications",
    "contracts",
    "deals",
    "email_addresses",
    "gates",
    "identifiers",
    "introducers",
    "introductions",
    "invalid_email_addresses",
    "portfolios",
    "products",
    "projects",
]

Emails = str | list[str] | tuple[str, ...]
DealT = TypeVar("DealT", Project, Contract)

# --- Ids and words --------------------------------------------------------------------------------

# Not `st.uuids()`: those are random, and stand in the way of shrinking.
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
    return st.builds(FeatureGate, premium=premium, option_enabled=option_enabled)


# --- Records --------------------------------------------------------------------------------------

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
    return st.builds(CommissionBlock, rule=rule, terms=terms)


def introducers(
    *,
    ids: st.SearchStrategy[Identifier] = _IDS,
    names: st.SearchStrategy[str] = _NAMES,
    emails: st.SearchStrategy[Emails] = _EMAILS,
    block: st.SearchStrategy[CommissionBlock] | None = None,
    terms: st.SearchStrategy[object] = _TERMS,
) -> st.SearchStrategy[Introducer]:
    """Introducers, with no, one or several addresses, and a block of their own.

    >>> from hypothesis import find
    >>> find(introducers(), lambda introducer: introducer.emails).emails
    ('a@example.org',)
    """
    block = commission_blocks(terms=terms) if block is None else block
    return st.builds(Introducer, ids, name=names, emails=emails, block=block)


def introductions(
    *,
    ids: st.SearchStrategy[Identifier] = _IDS,
    names: st.SearchStrategy[str] = _NAMES,
    emails: st.SearchStrategy[Emails] = _EMAILS,
    terms: st.SearchStrategy[object] = _TERMS,
    introducer: st.SearchStrategy[Introducer] | None = None,
    block: st.SearchStrategy[CommissionBlock] | None = None,
) -> st.SearchStrategy[Introduction]:
    """Introductions: an introducer, and a block that may differ from the introducer's own.

    >>> from hypothesis import find
    >>> find(introductions(), lambda found: found.block != found.introducer.block).block.rule
    <CommunicationRule.INTRODUCER: 'introducer'>
    """
    if introducer is None:
        introducer = introducers(ids=ids, names=names, emails=emails, terms=terms)
    block = commission_blocks(terms=terms) if block is None else block
    return st.builds(Introduction, introducer=introducer, block=block)


def clients(
    *,
    ids: st.SearchStrategy[Identifier] = _IDS,
    names: st.SearchStrategy[str] = _NAMES,
    emails: st.SearchStrategy[Emails] = _EMAILS,
    terms: st.SearchStrategy[object] = _TERMS,
    introduction: st.SearchStrategy[Introduction | None] | None = None,
) -> st.SearchStrategy[Client]:
    """Clients, with a preferred introducer and without.

    >>> from hypothesis import find
    >>> find(clients(), lambda client: client.rule == "introducer").introduction.introducer.id
    0
    """
    if introduction is None:
        made = introductions(ids=ids, names=names, emails=emails, terms=terms)
        introduction = st.none() | made
    return st.builds(Client, ids, name=names, emails=emails, introduction=introduction)


def products(
    *,
    ids: st.SearchStrategy[Identifier] = _IDS,
    names: st.SearchStrategy[str] = _NAMES,
    terms: st.SearchStrategy[object] = _TERMS,
    block: st.SearchStrategy[CommissionBlock] | None = None,
) -> st.SearchStrategy[Product]:
    """Products, with a block of their own (D6).

    >>> from hypothesis import find
    >>> find(products(), lambda product: True).name
    ''
    """
    block = commission_blocks(terms=terms) if block is None else block
    return st.builds(Product, ids, name=names, block=block)


# --- Deals ----------------------------------------------------------------------------------------


def projects(
    *,
    ids: st.SearchStrategy[Identifier] = _IDS,
    names: st.SearchStrategy[str] = _NAMES,
    emails: st.SearchStrategy[Emails] = _EMAILS,
    terms: st.SearchStrategy[object] = _TERMS,
    client: st.SearchStrategy[Client] | None = None,
    introduction: st.SearchStrategy[Introduction | None] | None = None,
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
    client: st.SearchStrategy[Client] | None = None,
    introduction: st.SearchStrategy[Introduction | None] | None = None,
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
    client: st.SearchStrategy[Client] | None = None,
    introduction: st.SearchStrategy[Introduction | None] | None = None,
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


@st.composite
def _deals_of(
    draw: st.DrawFn,
    kind: type[DealT],
    ids: st.SearchStrategy[Identifier],
    names: st.SearchStrategy[str],
    emails: st.SearchStrategy[Emails],
    terms: st.SearchStrategy[object],
    client: st.SearchStrategy[Client] | None,
    introduction: st.SearchStrategy[Introduction | None] | None,
) -> DealT:
    if client is None:
        client = clients(ids=ids, names=names, emails=emails, terms=terms)
    found_client = draw(client)
    preferred = found_client.introduction and found_client.introduction.introducer
    if introduction is None:
        introducer = introducers(ids=ids, names=names, emails=emails, terms=terms)
        same = draw(st.booleans())  # always, so that a value shrinks to one without preferred
        if preferred is not None:
            one_record = partial(_one_record, preferred)
            introducer = st.just(preferred) if same else introducer.map(one_record)
        introduction = st.none() | introductions(terms=terms, introducer=introducer)
    found = draw(introduction)
    if found is not None and preferred is not None:  # as the host's own strategies may have it
        assume(found.introducer == preferred or found.introducer.id != preferred.id)
    return kind(draw(ids), client=found_client, introduction=found)


def _one_record(known: Introducer, introducer: Introducer) -> Introducer:
    """One id is one record: the known one, where both have the same."""
    return known if introducer.id == known.id else introducer


@st.composite
def portfolios(
    draw: st.DrawFn,
    *,
    ids: st.SearchStrategy[Identifier] = _IDS,
    names: st.SearchStrategy[str] = _NAMES,
    emails: st.SearchStrategy[Emails] = _EMAILS,
    terms: st.SearchStrategy[object] = _TERMS,
) -> tuple[Deal, ...]:
    """Projects and contracts that share clients, introducers and introductions, as real ones do.

    Each deal is there once; a portfolio may be empty.

    >>> from hypothesis import find
    >>> found = find(portfolios(), lambda deals: len(deals) == 2)
    >>> found[0].client is found[1].client
    True
    """
    everybody = introducers(ids=ids, names=names, emails=emails, terms=terms)
    known_introducers = draw(st.lists(everybody, max_size=3, unique_by=_id))
    known_introductions = draw(
        st.lists(
            introductions(terms=terms, introducer=st.sampled_from(known_introducers)), max_size=4
        )
        if known_introducers
        else st.just([])
    )
    introduction = st.sampled_from((None, *known_introductions))
    known_clients = draw(
        st.lists(
            clients(ids=ids, names=names, emails=emails, introduction=introduction),
            max_size=3,
            unique_by=_id,
        )
    )
    if not known_clients:
        return ()
    deal = deals(ids=ids, client=st.sampled_from(known_clients), introduction=introduction)
    return tuple(draw(st.lists(deal, max_size=8, unique_by=_kind_and_id)))


def _id(record: Introducer | Client) -> Identifier:
    return record.id


def _kind_and_id(deal: Deal) -> tuple[str, Identifier]:
    return deal.record_kind.value, deal.id
