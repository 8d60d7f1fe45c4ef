"""Who is written to, row by row (S6 to S9, D8 to D10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import narwhals.stable.v2 as nw

from ..answers import Decision
from ..codes import Communication, Locale, Party, Reason, RecordKind, member
from ..models import FeatureGate, as_gate
from ..texts import as_locale
from ._cases import OF_LISTS, OF_ONE_ADDRESS, Outcome, outcomes, reachable
from ._columns import first_of, has_rule, with_text
from ._engines import Value, engine_of
from ._kinds import Table
from ._lists import lists_of
from ._parties import COLUMNS, have_lists, with_both_parties, with_introducer
from ._tables import NativeT, checked_suffix, read_tables, write

_ANSWER = (
    "to",
    "cc",
    "applied_rule",
    "reason",
    "notice",
    "reaches_client",
    "reaches_introducer",
)
_WHY = "why"


def resolve_deals(
    deals: NativeT,
    *,
    clients: NativeT,
    introducers: NativeT,
    communication: Communication | str,
    gate: FeatureGate,
    suffix: str = "",
    explain: str | None = None,
) -> NativeT:
    """Who is written to about each deal, why, and what is wrong: `resolve_recipients` for tables.

    `deals` needs `client_id`, `introducer_id` and `rule`; `clients` and `introducers` need `id` and
    `email`. Null means no introducer, the default rule (S4), no address. One row comes out for each
    row of `deals`, with these columns added, `suffix` behind each name:

    - `to`, `cc`: an address, or null for nobody (D8, D9). Where `email` holds lists in `clients` or
      `introducers`, these are lists of addresses: never empty, never null inside, each address
      once. Where only some of a party's are valid, those are used (`some_emails_invalid`, D20);
    - `applied_rule`, `reason`: codes of `CommunicationRule` and `Reason`; with the notice
      `invalid_rule`, the rule is null and the reason `rule_applied`;
    - `notice`: a code of `Notice`, the first that applies in the order of the enum, or null;
    - `reaches_client`, `reaches_introducer`: whether an address of that party is in To or Cc,
      compared as D9 says; never null;
    - `why`, where `explain` is `"fr"` or `"en"`: the sentence of `Recipients.explain` (D14), which
      has all notices, and calls each deal a contract.

    Faults in the data reach nobody and stop no other row. A party whose id is in no row of its
    table (`unknown_id`; also a client's id that is null) or in several (`ambiguous_id`), or whose
    address D16 would refuse (`invalid_email`), counts as a party without address. An
    unknown rule reaches nobody. A fault counts only where the decision needs what is faulty (D20).

    Raises `UnknownCodeError` and `InvalidTypeError` for an invalid communication, gate, locale or
    table (D19), and `ColumnsError` with all columns that are missing or would be overwritten.

    >>> import polars as pl
    >>> from partner_comms import FeatureGate
    >>> deals = pl.DataFrame({"client_id": [1], "introducer_id": [7], "rule": ["introducer"]})
    >>> answer = resolve_deals(
    ...     deals,
    ...     clients=pl.DataFrame({"id": [1], "email": ["martin@example.org"]}),
    ...     introducers=pl.DataFrame({"id": [7], "email": ["contact@durand.example"]}),
    ...     communication="formal_notice",
    ...     gate=FeatureGate(premium=True, option_enabled=True),
    ...     explain="en",
    ... )
    >>> answer["to"].item(), answer["notice"].item()
    ('contact@durand.example', 'client_not_addressed')
    >>> answer["why"].item().partition(".")[0]
    'To: the introducer (rule “Introducer” of the contract)'
    """
    communication = member(Communication, communication, "communication")
    as_gate(gate)
    locale = None if explain is None else as_locale(explain, "explain")
    added = _with_suffix(suffix, _ANSWER if locale is None else (*_ANSWER, _WHY))
    table, client_table, introducer_table = read_tables(
        {
            "deals": (deals, ("client_id", "introducer_id", "rule")),
            "clients": (clients, ("id", "email")),
            "introducers": (introducers, ("id", "email")),
        },
        added,
    )
    lists = have_lists(client_table, introducer_table)
    table, kept = with_both_parties(table, client_table, introducer_table, lists=lists)
    scenario = _Scenario(RecordKind.CONTRACT, communication, gate, lists, locale)
    table = _with_answer(table, kept, scenario)
    return write(table, added, deals)


def resolve_clients(
    clients: NativeT,
    *,
    introducers: NativeT,
    communication: Communication | str,
    gate: FeatureGate,
    suffix: str = "",
    explain: str | None = None,
) -> NativeT:
    """Who is written to where the e-mail concerns no deal, but the client's record (S8).

    `clients` needs `email`, `introducer_id` (the preferred introducer) and `rule`, `introducers`
    need `id` and `email`. Adds the columns of `resolve_deals`, and raises the same errors. The
    client's address comes from the row itself, so its `id` is not needed and may repeat.

    >>> import polars as pl
    >>> from partner_comms import FeatureGate
    >>> clients = pl.DataFrame(
    ...     {"email": ["martin@example.org"], "introducer_id": [7], "rule": ["introducer"]}
    ... )
    >>> answer = resolve_clients(
    ...     clients,
    ...     introducers=pl.DataFrame({"id": [7], "email": ["contact@durand.example"]}),
    ...     communication="mail_merge",
    ...     gate=FeatureGate(premium=True, option_enabled=False),
    ... )
    >>> answer["to"].item(), answer["reason"].item()
    ('martin@example.org', 'option_off')
    """
    communication = member(Communication, communication, "communication")
    as_gate(gate)
    locale = None if explain is None else as_locale(explain, "explain")
    added = _with_suffix(suffix, _ANSWER if locale is None else (*_ANSWER, _WHY))
    table, introducer_table = read_tables(
        {
            "clients": (clients, ("email", "introducer_id", "rule")),
            "introducers": (introducers, ("id", "email")),
        },
        added,
    )
    lists = have_lists(table, introducer_table)
    table, kept = with_introducer(table, introducer_table, lists=lists)
    scenario = _Scenario(RecordKind.CLIENT, communication, gate, lists, locale)
    table = _with_answer(table, kept, scenario)
    return write(table, added, clients)


def _with_suffix(suffix: str, names: Sequence[str]) -> dict[str, str]:
    """For each column that is added, the column of an answer that it is."""
    checked_suffix(suffix)
    return {name + suffix: name for name in names}


# --- Deciding -------------------------------------------------------------------------------------

_CLIENT, _INTRODUCER = COLUMNS[Party.CLIENT], COLUMNS[Party.INTRODUCER]
_RULE, _DECISION, _OVERLAP, _REST = "rule_text", "decision", "overlap", "rest"
_TO, _CC = "to_party", "cc_party"
"""The numbers of the parties, 0 for nobody."""


class _Scenario(NamedTuple):
    """What holds for all rows."""

    kind: RecordKind
    communication: Communication
    gate: FeatureGate
    lists: bool
    """Whether parties have several addresses."""
    locale: Locale | None


class _Book(NamedTuple):
    """The rule book of a scenario, in which nothing depends on the rows."""

    decision: nw.Expr
    facts: Mapping[str, int]
    values: Mapping[str, Sequence[Value]]
    to: nw.Expr
    cc: nw.Expr


def _written(scenario: _Scenario, decisions: tuple[Decision, ...]) -> _Book:
    known = OF_LISTS if scenario.lists else OF_ONE_ADDRESS
    facts = {
        _DECISION: len(decisions) + 1,
        _CLIENT.state: len(known.states),
        _INTRODUCER.state: len(known.states),
        _OVERLAP: len(known.overlaps),
    }
    cases = outcomes(decisions, known, formal=scenario.communication.is_formal)
    values: dict[str, Sequence[Value]] = {
        _TO: tuple(_number(outcome.to) for outcome in cases),
        _CC: tuple(_number(outcome.cc) for outcome in cases),
    }
    for name in _ANSWER[2:]:
        values[name] = tuple(_code(outcome, name) for outcome in cases)
    if scenario.locale is not None:
        sentences = (outcome.explained(scenario.kind, scenario.locale) for outcome in cases)
        values[_WHY] = tuple(sentences)
    of_party = {party: COLUMNS[party].address for party in Party}
    # The client is To in the one rule that has a copy (S6); only lists have a part to leave out.
    copies = of_party | {Party.INTRODUCER: _REST} if scenario.lists else of_party
    to, cc = _address(_TO, values[_TO], of_party), _address(_CC, values[_CC], copies)
    return _Book(_decision(decisions), facts, values, to, cc)


_book_of = lru_cache(maxsize=64)(_written)
"""Each is written once, since that takes longer than a small table."""


def _with_answer(table: Table, kept: Table | None, scenario: _Scenario) -> Table:
    """`table`, in which both parties are known, with the columns of the answer."""
    decisions = reachable(scenario.kind, scenario.communication, scenario.gate)
    book = _book_of(scenario, tuple(decisions))
    facts = [book.decision.alias(_DECISION)]
    if scenario.lists:
        of_both = (_CLIENT.lists, _INTRODUCER.lists)
        table, kept = lists_of(table).with_overlap(table, *of_both, kept, _OVERLAP, _REST)
    else:
        same = (nw.col(_CLIENT.folded) == nw.col(_INTRODUCER.folded)).fill_null(False)
        facts.append(same.cast(nw.Int8).alias(_OVERLAP))
    table = with_text(table, "rule", _RULE).with_columns(facts)
    text = _RULE if scenario.lists else _CLIENT.address
    table = engine_of(table).with_values(table, book.facts, book.values, text)
    table = table.with_columns(book.to.alias("to"), book.cc.alias("cc"))
    room = lists_of(table) if scenario.lists else engine_of(table)
    return room.with_answer(table, ("to", "cc"), kept)


def _decision(decisions: Sequence[Decision]) -> nw.Expr:
    """The place of the first decision that holds, or what comes after them."""
    cases = []
    otherwise = len(decisions)
    for place, decision in enumerate(decisions):
        if decision.reason is Reason.NO_INTRODUCER:
            cases.append((nw.col("introducer_id").is_null(), place))
        elif decision.reason is Reason.RULE_APPLIED:
            cases.append((has_rule(_RULE, decision.rule), place))
        else:
            otherwise = place
    return first_of(*cases, otherwise=otherwise)


def _number(party: Party | None) -> int:
    return 0 if party is None else 1 + list(Party).index(party)


def _address(name: str, numbers: Sequence[Value], columns: Mapping[Party, str]) -> nw.Expr:
    """The address of the party whose number is in that column, null for nobody."""
    address: nw.Expr | None = None
    for party in Party:
        number = _number(party)
        if number in numbers or address is None:  # a null of its own would be a text on old pandas
            this = nw.when(nw.col(name) == number).then(nw.col(columns[party]))
            address = this if address is None else this.otherwise(address)
    assert address is not None
    return address


def _code(outcome: Outcome, name: str) -> str | bool | None:
    value = getattr(outcome, name)
    return value if value is None or isinstance(value, bool) else str(value.value)
