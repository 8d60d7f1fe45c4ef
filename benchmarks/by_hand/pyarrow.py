"""By hand on pyarrow."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from . import (
    ADDRESS,
    AMBIGUOUS,
    CODES,
    INVALID,
    MISSING,
    NO_ADDRESS,
    NOTICES,
    READY,
    REASONS,
    UNKNOWN,
    loop,
)
from .cases import CC, NOTICE, REACHES_CLIENT, REACHES_INTRODUCER, TO, case_of


def resolve_deals(deals: Any, clients: Any, introducers: Any) -> Any:
    client_at, client, mine = party(clients, deals["client_id"])
    return answered(deals, client_at, client, mine, introducers)


def resolve_clients(clients: Any, introducers: Any) -> Any:
    client, mine = worth(clients["email"], pa.scalar(False))
    return answered(clients, np.arange(len(clients)), client, mine, introducers)


def worth(email: Any, ambiguous: Any) -> tuple[Any, Any]:
    """The state of each address, and the address if it is ready."""
    email = email.combine_chunks()
    wrong = pc.or_(
        pc.match_substring_regex(email, NO_ADDRESS), pc.greater(pc.utf8_length(email), 254)
    )
    valid = pc.and_not(pc.match_substring_regex(email, ADDRESS), wrong)
    state = pc.if_else(valid, READY, INVALID).fill_null(MISSING)
    state = pc.if_else(ambiguous, AMBIGUOUS, state)
    state = state.combine_chunks() if isinstance(state, pa.ChunkedArray) else state
    return array(state).astype("int8"), pc.if_else(pc.equal(state, READY), email, None)


def party(table: Any, ids: Any) -> tuple[Any, Any, Any]:
    """Where each of `ids` is in the table, its state, and all addresses."""
    table = table.filter(pc.is_valid(table["id"]))
    state, ready = worth(table["email"], occurs_twice(table["id"]))
    at = array(pc.index_in(ids, value_set=table["id"].combine_chunks()).fill_null(-1))
    return at, np.where(at < 0, UNKNOWN, state[at]).astype("int8"), ready


def occurs_twice(ids: Any) -> Any:
    counted = ids.value_counts()
    values, counts = counted.field("values"), counted.field("counts")
    return pc.is_in(ids, value_set=values.filter(pc.greater(counts, 1))).combine_chunks()


def answered(frame: Any, client_at: Any, client: Any, mine: Any, introducers: Any) -> Any:
    introducer_at, introducer, theirs = party(introducers, frame["introducer_id"])
    # All addresses in one array, from which To and Cc are taken.
    emails = pa.concat_arrays([mine, theirs])
    folded = pc.utf8_lower(emails)
    key = array(pc.index_in(folded, value_set=folded[len(mine) :]).fill_null(-1))
    behind = introducer_at + len(mine)
    same = (client == READY) & (introducer == READY) & (key[client_at] == key[behind])
    none = array(pc.is_null(frame["introducer_id"]))
    rule = codes(frame["rule"])
    rule[none] = 0
    case = case_of(rule, client, introducer, same)

    def addresses(who: Any) -> Any:
        which = who[case]
        positions = np.choose(which, [0, client_at, behind])
        return emails.take(pa.array(positions, mask=which == 0))

    columns = {
        "to": addresses(TO),
        "cc": addresses(CC),
        "applied_rule": pa.array([*CODES, None]).take(pa.array(rule)),
        "reason": pa.array(REASONS).take(pa.array(none.astype("int8"))),
        "notice": pa.array(NOTICES).take(pa.array(NOTICE[case])),
        "reaches_client": pa.array(REACHES_CLIENT.astype(bool)[case]),
        "reaches_introducer": pa.array(REACHES_INTRODUCER.astype(bool)[case]),
    }
    return with_columns(frame, columns)


def with_columns(frame: Any, columns: dict[str, Any]) -> Any:
    for name, values in columns.items():
        frame = frame.append_column(name, values)
    return frame


def codes(rules: Any) -> Any:
    """The place of each rule in `CODES`, or 3."""
    number = pc.index_in(rules.fill_null("client"), value_set=pa.array(CODES, rules.type))
    return array(number.fill_null(3)).astype("int8")


def array(values: Any) -> Any:
    chunked = isinstance(values, pa.ChunkedArray)
    return values.to_numpy() if chunked else values.to_numpy(zero_copy_only=False)


def resolve_lists(deals: Any, clients: Any, introducers: Any) -> Any:
    answer = loop.resolve(
        zip(
            *(deals[each].to_pylist() for each in ("client_id", "introducer_id", "rule")),
            strict=True,
        ),
        loop.parties(clients["id"].to_pylist(), clients["email"].to_pylist()),
        loop.parties(introducers["id"].to_pylist(), introducers["email"].to_pylist()),
    )
    types = {"to": pa.list_(pa.string()), "cc": pa.list_(pa.string())}
    columns = {name: pa.array(values, types.get(name)) for name, values in answer.items()}
    return with_columns(deals, columns)


def prefill_deals(deals: Any, clients: Any, introducers: Any) -> Any:
    def known(table: Any, ids: Any) -> tuple[Any, Any]:
        rule = np.where(array(occurs_twice(table["id"])), 4, codes(table["rule"]))
        at = array(pc.index_in(ids, value_set=table["id"].combine_chunks()).fill_null(-1))
        return at, np.where(at < 0, 5, rule[at])

    clients = clients.filter(pc.is_valid(clients["id"]))
    introducers = introducers.filter(pc.is_valid(introducers["id"]))
    assigned = deals["introducer_id"]
    client_at, client = known(clients, deals["client_id"])
    _, introducer = known(introducers, assigned)
    preferred = clients["introducer_id"].take(pa.array(client_at, mask=client_at < 0))
    from_introducer = array(pc.is_null(preferred))
    # The place of the rule in `CODES`, then of the notice.
    start = np.where(from_introducer, introducer, client)
    start[(client == 5) | (introducer == 5)] = 5
    start[(client == 4) | (introducer == 4)] = 4
    start[array(pc.is_null(assigned))] = 6
    filled = start < 3
    differs = array(pc.not_equal(preferred, assigned).fill_null(False))
    notices = [None, None, None, "invalid_rule", "ambiguous_id", "unknown_id", None]
    source = np.where(filled, from_introducer, 2).astype("int8")
    return with_columns(
        deals,
        {
            "prefilled_rule": pa.array([*CODES, None, None, None, None]).take(pa.array(start)),
            "prefill_source": pa.array(["client", "introducer", None]).take(pa.array(source)),
            "differs_from_preferred": pa.array(filled & differs),
            "prefill_notice": pa.array(notices).take(pa.array(start)),
        },
    )


def change_deals(deals: Any, selection: Any) -> Any:
    """The deals whose ids are selected, to « Apporteur »."""
    rule = deals["rule"]
    selected = pc.is_in(deals["id"], value_set=selection["id"].combine_chunks())
    unchanged = pc.equal(rule, "introducer").fill_null(False)
    change = pc.if_else(unchanged, 2, 3)
    change = pc.if_else(pc.is_null(deals["introducer_id"]), 1, change)
    change = pc.if_else(selected, change, 0)
    words = pa.array([None, "skipped", "unchanged", "changed"], rule.type)
    changed = pc.if_else(pc.equal(change, 3), pa.scalar("introducer", rule.type), rule)
    deals = deals.set_column(deals.schema.get_field_index("rule"), "rule", changed)
    return deals.append_column("change", words.take(change))
