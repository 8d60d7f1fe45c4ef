"""Who is written to, row by row (S6 to S9, D8 to D10)."""

from __future__ import annotations

from collections.abc import Sequence

import narwhals.stable.v2 as nw

from ..answers import Decision
from ..errors import InvalidTypeError, described
from ..models import Communication, FeatureGate, Party, Reason, RecordKind, as_gate, member
from ._cases import Outcome, State, outcomes, reachable
from ._columns import choice, has_rule, with_one_type, with_text, with_validity
from ._engines import Table, Value, comparable, decoded, keyed, look_up
from ._tables import NativeT, closed, opened
from ._types import names_of, spare_prefix, without_collation

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
    """Who is written to about each deal, why, and what is wrong: `resolve_recipients` for tables.

    `deals` needs `client_id`, `introducer_id` and `rule`; `clients` and `introducers` need `id` and
    `email`. Null means no introducer, the default rule (S4), no address. One row comes out for each
    row of `deals`, with these columns added, `suffix` behind each name:

    - `to`, `cc`: an address, or null for nobody (D8, D9);
    - `applied_rule`, `reason`: codes of `CommunicationRule` and `Reason`; with the notice
      `invalid_rule`, the rule is null and the reason `rule_applied`;
    - `notice`: a code of `Notice`, the first that applies in the order of the enum, or null;
    - `reaches_client`, `reaches_introducer`: whether an address of that party is in To or Cc,
      compared as D9 says; never null.

    Faults in the data reach nobody and stop no other row. A party whose id is unknown or stands
    twice, or whose address D16 would refuse, counts as a party without address. A rule that is none
    reaches nobody. A fault counts only where the decision needs what is faulty.

    Raises `UnknownCodeError` and `InvalidTypeError` for a communication, gate or table that is
    none (D19), and `ColumnsError` with all columns that are missing or would be overwritten.

    >>> import polars as pl
    >>> from partner_comms import FeatureGate
    >>> deals = pl.DataFrame({"client_id": [1], "introducer_id": [7], "rule": ["introducer"]})
    >>> answer = resolve_deals(
    ...     deals,
    ...     clients=pl.DataFrame({"id": [1], "email": ["martin@example.org"]}),
    ...     introducers=pl.DataFrame({"id": [7], "email": ["contact@durand.example"]}),
    ...     communication="formal_notice",
    ...     gate=FeatureGate(premium=True, option_enabled=True),
    ... )
    >>> answer["to"].item(), answer["notice"].item()
    ('contact@durand.example', 'client_not_addressed')
    """
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
    columns = names_of(frame)
    spare = spare_prefix(frame, client_table, introducer_table)
    frame, client_key, client_table = _addresses(
        frame, ("deals", "client_id"), client_table, Party.CLIENT, spare
    )
    frame, introducer_key, introducer_table = _addresses(
        frame, ("deals", "introducer_id"), introducer_table, Party.INTRODUCER, spare
    )
    client_table, introducer_table = _comparable(client_table, introducer_table, spare)
    frame = _with_party(frame, client_key, client_table, Party.CLIENT, spare)
    frame = _with_party(frame, introducer_key, introducer_table, Party.INTRODUCER, spare)
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
    """Who is written to where the e-mail concerns no deal, but the client's record (S8).

    `clients` needs `email`, `introducer_id` (the preferred introducer) and `rule`, `introducers`
    need `id` and `email`. Adds the columns of `resolve_deals`, and raises the same errors. The
    client's address stands on the row, so that ids of rows may repeat.

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
    added = _with_suffix(suffix)
    frame, introducer_table = opened(
        {
            "clients": (clients, ("email", "introducer_id", "rule")),
            "introducers": (introducers, ("id", "email")),
        },
        added,
    )
    columns = names_of(frame)
    spare = spare_prefix(frame, introducer_table)
    email = f"{spare}email"
    frame = with_text(frame, "email", email)
    frame = _with_address(frame, email, spare + Party.CLIENT, twice=nw.lit(False))
    frame, introducer_key, introducer_table = _addresses(
        frame, ("clients", "introducer_id"), introducer_table, Party.INTRODUCER, spare
    )
    frame, introducer_table = _comparable(frame, introducer_table, spare)
    frame = _with_party(frame, introducer_key, introducer_table, Party.INTRODUCER, spare)
    frame = _with_outcome(frame, RecordKind.CLIENT, communication, gate, added, spare)
    return closed(frame, [*columns, *added], clients)


def _with_suffix(suffix: str) -> list[str]:
    if not isinstance(suffix, str):
        raise InvalidTypeError("suffix", described(suffix), "a str to put behind the new names")
    return [name + suffix for name in _ADDED]


# --- The facts of a row ---------------------------------------------------------------------------


def _addresses(
    frame: Table, by: tuple[str, str], table: Table, party: Party, spare: str
) -> tuple[Table, str, Table]:
    """What each id of a look-up table is worth, and the column of `frame` to look it up by."""
    found, email, twice = spare + party, f"{spare}email", f"{spare}twice"
    frame, key, table = with_one_type(frame, by, table, (f"{party}s", "id"), f"{found}_id")
    table = keyed(with_text(table, "email", email), [email], twice=twice)
    table = _with_address(table, email, found, twice=nw.col(twice))
    return frame, key, table.select("id", *(f"{found}_{fact}" for fact in _FACTS))


_FACTS = ("state", "address", "folded")


def _comparable(clients: Table, introducers: Table, spare: str) -> tuple[Table, Table]:
    names = (f"{spare}{Party.CLIENT}_folded", f"{spare}{Party.INTRODUCER}_folded")
    return comparable(clients, introducers, names)


def _with_party(frame: Table, by: str, table: Table, party: Party, spare: str) -> Table:
    """`frame` with the state and the address of the party whose id stands in the column `by`."""
    return look_up(frame, by, table, "id", absent={f"{spare}{party}_state": State.NO_ADDRESS.value})


def _with_address(table: Table, email: str, name: str, *, twice: nw.Expr) -> Table:
    """`table` with what its text in `email` is worth: a state, and the address if ready."""
    valid, state, address = f"{name}_valid", f"{name}_state", f"{name}_address"
    table = with_validity(table, email, valid)
    table = table.with_columns(
        choice(
            (twice, State.AMBIGUOUS_ID),
            (nw.col(email).is_null(), State.NO_ADDRESS),
            (~nw.col(valid), State.INVALID_EMAIL),
            usual=State.READY,
        ).alias(state)
    )
    ready = nw.when(nw.col(state) == State.READY.value).then(nw.col(email))
    table = table.with_columns(ready.alias(address))
    folded = nw.col(address).str.to_lowercase().alias(f"{name}_folded")  # D9
    return without_collation(table.with_columns(folded), address)


def _with_decision(frame: Table, decisions: Sequence[Decision], name: str, spare: str) -> Table:
    """`frame` with the place in `decisions` of the first that holds, or what comes after them."""
    rule = f"{spare}rule"
    frame = with_text(frame, "rule", rule)
    cases = []
    usual = len(decisions)
    for place, decision in enumerate(decisions):
        if decision.reason is Reason.NO_INTRODUCER:
            cases.append((nw.col("introducer_id").is_null(), place))
        elif decision.reason is Reason.RULE_APPLIED:
            cases.append((has_rule(rule, decision.rule), place))
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
    address: nw.Expr | None = None
    for party in Party:
        number = _party_number(party)
        if number in numbers or address is None:  # a null of its own would be a text on old pandas
            this = nw.when(nw.col(name) == number).then(nw.col(f"{spare}{party}_address"))
            address = this if address is None else this.otherwise(address)
    assert address is not None
    return address


def _code(outcome: Outcome, field: str) -> str | bool | None:
    value = getattr(outcome, field)
    return value if value is None or isinstance(value, bool) else str(value.value)
