"""What is known of each party: whether it can be written to, and at which address."""

from __future__ import annotations

from typing import Final

import narwhals.stable.v2 as nw
from attrs import frozen

from ..codes import Party
from ._cases import State
from ._columns import first_of, with_text, with_validity
from ._engines import engine_of
from ._ids import Field, with_comparable_ids
from ._kinds import Table


@frozen
class PartyColumns:
    """The columns that say what is known of a party."""

    key: str
    """The id to look it up by."""
    state: str
    """A number of `State`, never null."""
    address: str
    """The address, where it is ready, else null."""
    folded: str
    """What the address is compared by (D9): equal where it is the same, or null."""


COLUMNS: Final = {
    party: PartyColumns(
        key=f"{party}_key",
        state=f"{party}_state",
        address=f"{party}_address",
        folded=f"{party}_folded",
    )
    for party in Party
}
_CLIENT, _INTRODUCER = COLUMNS[Party.CLIENT], COLUMNS[Party.INTRODUCER]
_EMAIL, _REPEATED, _VALID = "email_text", "id_repeated", "email_valid"


def with_both_parties(deals: Table, clients: Table, introducers: Table) -> Table:
    """`deals` with what is known of the client and of the introducer of each."""
    deals, clients = _with_keys(deals, Field("deals", "client_id"), clients, Party.CLIENT)
    assigned = Field("deals", "introducer_id")
    deals, introducers = _with_keys(deals, assigned, introducers, Party.INTRODUCER)
    clients, introducers = _comparable(
        _records(clients, Party.CLIENT), _records(introducers, Party.INTRODUCER)
    )
    deals = _look_up(deals, clients, Party.CLIENT)
    return _look_up(deals, introducers, Party.INTRODUCER)


def with_introducer(clients: Table, introducers: Table) -> Table:
    """`clients` with what is known of each, its address being on the row, and of its introducer."""
    preferred = Field("clients", "introducer_id")
    clients, introducers = _with_keys(clients, preferred, introducers, Party.INTRODUCER)
    clients = _with_address(with_text(clients, "email", _EMAIL), Party.CLIENT, nw.lit(False))
    clients, introducers = _comparable(clients, _records(introducers, Party.INTRODUCER))
    return _look_up(clients, introducers, Party.INTRODUCER)


def _with_keys(table: Table, by: Field, records: Table, party: Party) -> tuple[Table, Table]:
    return with_comparable_ids(table, by, records, Field(f"{party}s", "id"), COLUMNS[party].key)


def _records(table: Table, party: Party) -> Table:
    """What each id of a table is worth."""
    columns = COLUMNS[party]
    table = with_text(table, "email", _EMAIL)
    table = engine_of(table).once_each(table, [_EMAIL], _REPEATED)
    table = _with_address(table, party, nw.col(_REPEATED))
    return table.select("id", columns.state, columns.address, columns.folded)


def _with_address(table: Table, party: Party, repeated: nw.Expr) -> Table:
    """`table` with what the text in its e-mail column is worth."""
    columns = COLUMNS[party]
    table = with_validity(table, _EMAIL, _VALID)
    state = first_of(
        (repeated, State.AMBIGUOUS_ID),
        (nw.col(_EMAIL).is_null(), State.NO_ADDRESS),
        (~nw.col(_VALID), State.INVALID_EMAIL),
        otherwise=State.READY,
    )
    table = table.with_columns(state.alias(columns.state))
    ready = nw.when(nw.col(columns.state) == State.READY.value).then(nw.col(_EMAIL))
    table = table.with_columns(ready.alias(columns.address))
    folded = nw.col(columns.address).str.to_lowercase()
    table = table.with_columns(folded.alias(columns.folded))
    return engine_of(table).with_free_text(table, columns.address)


def _comparable(clients: Table, introducers: Table) -> tuple[Table, Table]:
    names = (_CLIENT.folded, _INTRODUCER.folded)
    return engine_of(clients).comparable(clients, introducers, names)


def _look_up(table: Table, records: Table, party: Party) -> Table:
    columns = COLUMNS[party]
    absent = {columns.state: State.UNKNOWN_ID.value}
    return engine_of(table).look_up(table, columns.key, records, absent)
