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
from ._kinds import Kind, Table
from ._lists import PartyLists, lists_of


@frozen
class PartyColumns:
    """The columns that say what is known of a party."""

    key: str
    """The id to look it up by."""
    state: str
    """A number of `State`, never null."""
    address: str
    """The address that is valid, or the list of those, else null."""
    folded: str
    """What addresses are compared by (D9): equal where they are the same, or null."""

    @property
    def lists(self) -> PartyLists:
        return PartyLists(self.address, self.folded)


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
_EMAIL, _REPEATED, _VALID, _INVALID = "email_text", "id_repeated", "email_valid", "email_invalid"


def have_lists(*tables: Table) -> bool:
    """Whether some of them have several addresses a party (D20)."""
    return any(engine_of(table).kind_of(table, "email") is Kind.TEXTS for table in tables)


def with_both_parties(
    deals: Table, clients: Table, introducers: Table, *, lists: bool
) -> tuple[Table, Table | None]:
    """`deals` with what is known of the client and of the introducer of each.

    And the addresses, if the engine keeps them apart.
    """
    clients, introducers = _with_emails(clients, introducers, lists)
    deals, clients = _with_keys(deals, Field("deals", "client_id"), clients, Party.CLIENT)
    assigned = Field("deals", "introducer_id")
    deals, introducers = _with_keys(deals, assigned, introducers, Party.INTRODUCER)
    clients, introducers, kept = _comparable(
        _records(clients, Party.CLIENT, lists),
        _records(introducers, Party.INTRODUCER, lists),
        lists,
    )
    deals = _look_up(deals, clients, Party.CLIENT)
    return _look_up(deals, introducers, Party.INTRODUCER), kept


def with_introducer(
    clients: Table, introducers: Table, *, lists: bool
) -> tuple[Table, Table | None]:
    """`clients` with what is known of each, its address being on the row, and of its introducer.

    And the addresses, if the engine keeps them apart.
    """
    clients, introducers = _with_emails(clients, introducers, lists)
    preferred = Field("clients", "introducer_id")
    clients, introducers = _with_keys(clients, preferred, introducers, Party.INTRODUCER)
    clients = _with_address(clients, Party.CLIENT, nw.lit(False), lists)
    introducers = _records(introducers, Party.INTRODUCER, lists)
    clients, introducers, kept = _comparable(clients, introducers, lists, texts=None)
    return _look_up(clients, introducers, Party.INTRODUCER), kept


def _with_keys(table: Table, by: Field, records: Table, party: Party) -> tuple[Table, Table]:
    return with_comparable_ids(table, by, records, Field(f"{party}s", "id"), COLUMNS[party].key)


def _with_emails(clients: Table, introducers: Table, lists: bool) -> tuple[Table, Table]:
    if lists:
        return lists_of(clients).with_lists(clients, introducers, "email", _EMAIL)
    return with_text(clients, "email", _EMAIL), with_text(introducers, "email", _EMAIL)


def _records(table: Table, party: Party, lists: bool) -> Table:
    """The state and the address of each id of a table."""
    columns = COLUMNS[party]
    table = engine_of(table).once_each(table, [_EMAIL], _REPEATED)
    table = _with_address(table, party, nw.col(_REPEATED), lists)
    return table.select("id", columns.state, columns.address, columns.folded)


def _with_address(table: Table, party: Party, repeated: nw.Expr, lists: bool) -> Table:
    """`table` with the state and the address that its e-mail column gives."""
    with_valid = _with_valid_lists if lists else _with_valid_text
    return with_valid(table, COLUMNS[party], repeated)


def _with_valid_lists(table: Table, columns: PartyColumns, repeated: nw.Expr) -> Table:
    table = lists_of(table).with_valid(table, _EMAIL, columns.address, _INVALID)
    table = lists_of(table).with_folded(table, columns.address, columns.folded)
    nobody, invalid = nw.col(columns.address).is_null(), nw.col(_INVALID)
    state = first_of(
        (repeated, State.AMBIGUOUS_ID),
        (nobody & invalid, State.INVALID_EMAIL),
        (nobody, State.NO_ADDRESS),
        (invalid, State.SOME_INVALID),
        otherwise=State.READY,
    )
    return table.with_columns(state.alias(columns.state))


def _with_valid_text(table: Table, columns: PartyColumns, repeated: nw.Expr) -> Table:
    table = with_validity(table, _EMAIL, _VALID)
    valid, text = nw.col(_VALID), nw.col(_EMAIL)
    address = nw.when(valid).then(text)
    state = first_of(
        (repeated, State.AMBIGUOUS_ID),
        (valid, State.READY),
        (text.is_null(), State.NO_ADDRESS),
        otherwise=State.INVALID_EMAIL,
    )
    table = table.with_columns(
        address.alias(columns.address),
        address.str.to_lowercase().alias(columns.folded),
        state.alias(columns.state),
    )
    return engine_of(table).with_free_text(table, columns.address)


_TEXTS = (_CLIENT.address, _INTRODUCER.address)


def _comparable(
    clients: Table, introducers: Table, lists: bool, texts: tuple[str, str] | None = _TEXTS
) -> tuple[Table, Table, Table | None]:
    if lists:
        return lists_of(clients).comparable(clients, introducers, _CLIENT.lists, _INTRODUCER.lists)
    folded = (_CLIENT.folded, _INTRODUCER.folded)
    return engine_of(clients).comparable(clients, introducers, folded, texts)


def _look_up(table: Table, records: Table, party: Party) -> Table:
    columns = COLUMNS[party]
    absent = {columns.state: State.UNKNOWN_ID.value}
    return engine_of(table).look_up(table, columns.key, records, absent)
