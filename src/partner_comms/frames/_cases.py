"""The rule book over the few cases that a row can be, as one table, from `DECISIONS`.

A row needs four facts: which decision it falls under, the state of its client's address and of its
introducer's, and what the two have in common. That makes a few hundred cases. Each is decided
here once, in plain Python; the engines only look up which case a row is.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from itertools import product
from typing import Final, assert_never

from attrs import frozen

from .. import rules
from ..answers import Decision
from ..codes import Communication, CommunicationRule, Notice, Party, Reason, RecordKind
from ..models import FeatureGate
from ..sentences import sentence


class State(IntEnum):
    """What is known of a party's address."""

    READY = 0
    NO_ADDRESS = 1
    INVALID_EMAIL = 2
    AMBIGUOUS_ID = 3
    UNKNOWN_ID = 4
    SOME_INVALID = 5
    """Ready, but for some of several addresses."""


class Overlap(IntEnum):
    """How many of the introducer's addresses are the client's as well (D9)."""

    NONE = 0
    ALL = 1
    SOME = 2


@frozen
class Facts:
    """What can be found of a party and of both, as addresses come one by one or in lists."""

    states: tuple[State, ...]
    overlaps: tuple[Overlap, ...]


OF_ONE_ADDRESS: Final = Facts(
    states=tuple(state for state in State if state is not State.SOME_INVALID),
    overlaps=(Overlap.NONE, Overlap.ALL),
)
OF_LISTS: Final = Facts(states=tuple(State), overlaps=tuple(Overlap))


@frozen
class Outcome:
    """The answer for a row: a value for each column that is added, `to` and `cc` as parties."""

    to: Party | None
    cc: Party | None
    applied_rule: CommunicationRule | None
    reason: Reason
    notices: tuple[Notice, ...]
    reaches_client: bool
    reaches_introducer: bool

    @property
    def notice(self) -> Notice | None:
        return next(iter(self.notices), None)

    def explained(self, kind: RecordKind, locale: str) -> str:
        """The sentence of the core (D14)."""
        return sentence(
            kind,
            self.reason,
            self.applied_rule,
            to=self.to is not None,
            cc=self.cc is not None,
            notices=self.notices,
            locale=locale,
        )


_INVALID_RULE: Final = Outcome(
    to=None,
    cc=None,
    applied_rule=None,
    reason=Reason.RULE_APPLIED,
    notices=(Notice.INVALID_RULE,),
    reaches_client=False,
    reaches_introducer=False,
)


def reachable(kind: RecordKind, communication: Communication, gate: FeatureGate) -> list[Decision]:
    """The decisions that rows can fall under, in the order of the table: first that holds (D15).

    Reasons that do not depend on the row hold for all rows or for no row.
    """
    holds = {
        Reason.NOT_PREMIUM: not gate.premium,
        Reason.OPTION_OFF: not gate.option_enabled,
        Reason.NOT_COVERED: not communication.is_covered,
    }
    found = []
    for decision in rules.DECISIONS:
        if decision.record_kind is kind and holds.get(decision.reason, True):
            found.append(decision)
            if decision.reason in holds:
                break
    return found


def outcomes(decisions: Sequence[Decision], facts: Facts, *, formal: bool) -> list[Outcome]:
    """The outcome of each case, the last fact changing fastest; after the decisions, that of an
    unknown rule."""
    return [
        _outcome(decision, client, introducer, overlap, formal)
        for decision, client, introducer, overlap in product(
            (*decisions, None), facts.states, facts.states, facts.overlaps
        )
    ]


def _outcome(
    decision: Decision | None, client: State, introducer: State, overlap: Overlap, formal: bool
) -> Outcome:
    if decision is None:
        return _INVALID_RULE
    states = {Party.CLIENT: client, Party.INTRODUCER: introducer}
    ready = {p for p, state in states.items() if state in (State.READY, State.SOME_INVALID)}
    to = decision.to if decision.to in ready else None
    has_copy = to and decision.cc in ready and overlap is not Overlap.ALL
    cc = decision.cc if has_copy else None  # D8, D9
    reached = {to, cc} | (ready if to and overlap is not Overlap.NONE else set())
    needed = {party: states[party] for party in (decision.to, decision.cc) if party}
    notices = {_notice(party, state) for party, state in needed.items()}
    if formal and to and Party.CLIENT not in reached:  # D10
        notices.add(Notice.CLIENT_NOT_ADDRESSED)
    return Outcome(
        to=to,
        cc=cc,
        applied_rule=decision.rule,
        reason=decision.reason,
        notices=tuple(notice for notice in Notice if notice in notices),
        reaches_client=Party.CLIENT in reached,
        reaches_introducer=Party.INTRODUCER in reached,
    )


def _notice(party: Party, state: State) -> Notice | None:
    """What is wrong with a party that is needed."""
    match state:
        case State.READY:
            return None
        case State.NO_ADDRESS if party is Party.CLIENT:
            return Notice.NO_CLIENT_ADDRESS
        case State.NO_ADDRESS:
            return Notice.NO_INTRODUCER_ADDRESS
        case State.INVALID_EMAIL:
            return Notice.INVALID_EMAIL
        case State.AMBIGUOUS_ID:
            return Notice.AMBIGUOUS_ID
        case State.UNKNOWN_ID:
            return Notice.UNKNOWN_ID
        case State.SOME_INVALID:
            return Notice.SOME_EMAILS_INVALID
        case _:
            assert_never(state)
