"""Who is written to, row by row (S6 to S9, D8 to D10)."""

from __future__ import annotations

from collections.abc import Sequence

import narwhals.stable.v2 as nw

from ..errors import InvalidTypeError, described
from ..models import Communication, FeatureGate, Party, Reason, RecordKind, as_gate, member
from ..rules import Decision
from ._cases import Outcome, State, outcomes, reachable
from ._engines import Table, Value, decoded, keyed, look_up
from ._tables import (
    DEFAULT_RULE,
    NativeT,
    choice,
    closed,
    is_address,
    opened,
    spare_prefix,
    with_one_type,
    with_text,
)

_ADDED = (
    "to",
    "cc",
    "applied_rule",
    "reason",
    "notice",
    "reaches_client",
    "reaches_introducer",
)


def resolve_deals(
    deals: NativeT,
    *,
    clients: NativeT,
    introducers: NativeT,
    communication: Communication | str,
    gate: FeatureGate,
    suffix: str = "",
) -> NativeT:
    communication = member(Communication, communication, "communication")
    as_gate(gate)
    added = _with_suffix(suffix)
    frame, client_table, introducer_table = opened(
        {
            "deals": (deals, ("client_id", "introducer_id", "rule")),
            "clients": (clients, ("id", "email")),
            "introducers": (introducers, ("id", "email")),
        },
        added,
    )
    columns = frame.columns
    spare = spare_prefix(frame, client_table, introducer_table)
    frame = _with_party(frame, ("deals", "client_id"), client_table, Party.CLIENT, spare)
    frame = _with_party(
        frame, ("deals", "introducer_id"), introducer_table, Party.INTRODUCER, spare
    )
    frame = _with_outcome(frame, RecordKind.CONTRACT, communication, gate, added, spare)
    return closed(frame, [*columns, *added], deals)


def resolve_clients(
    clients: NativeT,
    *,
    introducers: NativeT,
    communication: Communication | str,
    gate: FeatureGate,
    suffix: str = "",
) -> NativeT:
    communication = member(Communication, communication, "communication")
    as_gate(gate)
    added = _with_suffix(suffix)
    frame, introducer_table = opened(
        {
            "clients": (clients, ("email", "introducer_id", "rule")),
            "introducers": (introducers, ("id", "email")),
        },
        added,
    )
    columns = frame.columns
    spare = spare_prefix(frame, introducer_table)
    frame = _with_address(frame, spare + Party.CLIENT, twice=nw.lit(False))
    frame = _with_party(
        frame, ("clients", "introducer_id"), introducer_table, Party.INTRODUCER, spare
    )
    frame = _with_outcome(frame, RecordKind.CLIENT, communication, gate, added, spare)
    return closed(frame, [*columns, *added], clients)


def _with_suffix(suffix: str) -> list[str]:
    if not isinstance(suffix, str):
        raise InvalidTypeError("suffix", described(suffix), "a str to put behind the new names")
    return [name + suffix for name in _ADDED]


# --- The facts of a row ---------------------------------------------------------------------------


def _with_party(frame: Table, by: tuple[str, str], table: Table, party: Party, spare: str) -> Table:
    """`frame` with the state and the address of the party whose id stands in the column `by`."""
    found, twice = spare + party, f"{spare}twice"
    frame, key, table = with_one_type(frame, by, table, (f"{party}s", "id"), f"{found}_id")
    table = keyed(table, ["email"], twice=twice)
    table = _with_address(table, found, twice=nw.col(twice))
    table = table.select("id", f"{found}_state", f"{found}_address", f"{found}_folded")
    return look_up(frame, key, table, "id", absent={f"{found}_state": State.NO_ADDRESS.value})


def _with_address(table: Table, name: str, *, twice: nw.Expr) -> Table:
    """`table` with what its `email` is worth: a state, and the address where that is ready."""
    email, state, address = f"{name}_email", f"{name}_state", f"{name}_address"
    table = with_text(table, "email", email)
    table = table.with_columns(
        choice(
            (twice, State.AMBIGUOUS_ID),
            (nw.col(email).is_null(), State.NO_ADDRESS),
            (~is_address(email), State.INVALID_EMAIL),
            usual=State.READY,
        ).alias(state)
    )
    ready = nw.when(nw.col(state) == State.READY.value).then(nw.col(email))
    table = table.with_columns(ready.alias(address))
    return table.with_columns(nw.col(address).str.to_lowercase().alias(f"{name}_folded"))  # D9


def _with_decision(frame: Table, decisions: Sequence[Decision], name: str, spare: str) -> Table:
    """`frame` with the place in `decisions` of the first that holds, or what comes after them."""
    rule = f"{spare}rule"
    frame = with_text(frame, "rule", rule)
    stored = nw.col(rule).fill_null(DEFAULT_RULE)
    cases = []
    usual = len(decisions)
    for place, decision in enumerate(decisions):
        if decision.reason is Reason.NO_INTRODUCER:
            cases.append((nw.col("introducer_id").is_null(), place))
        elif decision.reason is Reason.RULE_APPLIED:
            cases.append((stored == decision.rule.value, place))
        else:
            usual = place
    return frame.with_columns(choice(*cases, usual=usual).alias(name))


# --- What comes of it -----------------------------------------------------------------------------


def _with_outcome(
    frame: Table,
    kind: RecordKind,
    communication: Communication,
    gate: FeatureGate,
    added: Sequence[str],
    spare: str,
) -> Table:
    """`frame` with the columns that are `added`, in the order of `_ADDED`."""
    decisions = reachable(kind, communication, gate)
    decision, same = f"{spare}decision", f"{spare}same"
    client, introducer = spare + Party.CLIENT, spare + Party.INTRODUCER
    frame = _with_decision(frame, decisions, decision, spare)
    one_address = nw.col(f"{client}_folded") == nw.col(f"{introducer}_folded")
    frame = frame.with_columns(one_address.fill_null(False).cast(nw.Int8).alias(same))

    facts = {
        decision: len(decisions) + 1,
        f"{client}_state": len(State),
        f"{introducer}_state": len(State),
        same: 2,
    }
    told = outcomes(decisions, formal=communication.is_formal)
    values: dict[str, list[Value]] = {
        f"{spare}to": [_party_number(outcome.to) for outcome in told],
        f"{spare}cc": [_party_number(outcome.cc) for outcome in told],
    }
    to, cc, *others = added
    for name, field in zip(others, _ADDED[2:], strict=True):
        values[name] = [_code(outcome, field) for outcome in told]
    like = frame.select(f"{client}_address")
    frame = decoded(frame, facts, values, like=like, spare=f"{spare}case")
    return frame.with_columns(
        _address(f"{spare}to", values[f"{spare}to"], spare).alias(to),
        _address(f"{spare}cc", values[f"{spare}cc"], spare).alias(cc),
    )


def _party_number(party: Party | None) -> int:
    return 0 if party is None else 1 + list(Party).index(party)


def _address(name: str, numbers: Sequence[Value], spare: str) -> nw.Expr:
    """The address of the party whose number stands in that column, null for none."""
    address = nw.lit(None, dtype=nw.String)
    for party in Party:
        number = _party_number(party)
        if number in numbers:
            this = nw.when(nw.col(name) == number).then(nw.col(f"{spare}{party}_address"))
            address = this.otherwise(address)
    return address


def _code(outcome: Outcome, field: str) -> str | bool | None:
    value = getattr(outcome, field)
    return value if value is None or isinstance(value, bool) else str(value.value)
