"""By hand on pyarrow."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from . import ADDRESS, CODES, NO_ADDRESS, NOTICES, REASONS
from .pandas import notice_numbers


def resolve_deals(deals: Any, clients: Any, introducers: Any) -> Any:
    def party(table: Any, ids: Any) -> tuple[Any, Any, Any]:
        table = table.filter(pc.is_valid(table["id"]))
        counted = table.group_by("id", use_threads=False).aggregate([([], "count_all")])
        twice = counted.filter(pc.greater(counted["count_all"], 1))["id"]
        email = table["email"].combine_chunks()
        text = email.fill_null("")
        strange = pc.match_substring_regex(text, NO_ADDRESS)
        strange = pc.or_(strange, pc.greater(pc.utf8_length(text), 254))
        valid = pc.and_not(pc.match_substring_regex(text, ADDRESS), strange)
        state = pc.case_when(
            pc.make_struct(
                pc.is_in(table["id"], value_set=twice), pc.is_null(email), pc.invert(valid)
            ),
            *(pa.scalar(number, pa.int8()) for number in (3, 1, 2, 0)),
        )
        ready = pc.if_else(pc.equal(state, 0), email, None)
        at = pc.index_in(ids, value_set=table["id"].combine_chunks())
        state = state.combine_chunks() if isinstance(state, pa.ChunkedArray) else state
        return at, state.take(at).fill_null(1), ready

    client_at, client, client_emails = party(clients, deals["client_id"])
    introducer_at, introducer, introducer_emails = party(introducers, deals["introducer_id"])
    if isinstance(client_emails, pa.ChunkedArray):
        client_emails = client_emails.combine_chunks()
    if isinstance(introducer_emails, pa.ChunkedArray):
        introducer_emails = introducer_emails.combine_chunks()
    folded = pc.utf8_lower(introducer_emails)
    mine = pc.if_else(pc.is_valid(folded), pc.index_in(folded, value_set=folded), None)
    theirs = pc.utf8_lower(client_emails)
    twin = pc.if_else(pc.is_valid(theirs), pc.index_in(theirs, value_set=folded), None)
    same = pc.equal(twin.take(client_at), mine.take(introducer_at)).fill_null(False)

    # One list of all addresses: To and Cc are looked up in it, each at once.
    emails = pa.concat_arrays([client_emails, introducer_emails])
    offset = len(client_emails)
    none = pc.is_null(deals["introducer_id"])
    which = pc.index_in(
        deals["rule"].fill_null("client"), value_set=pa.array(CODES, deals["rule"].type)
    )
    which = pc.if_else(none, 0, which.fill_null(3))
    to_introducer, both = pc.equal(which, 1), pc.equal(which, 2)
    to_client = pc.or_(pc.equal(which, 0), both)
    client_ready, introducer_ready = pc.equal(client, 0), pc.equal(introducer, 0)
    copied = pc.and_(both, pc.and_(client_ready, introducer_ready))
    behind = pc.add(introducer_at, offset)
    nowhere = pa.scalar(None, pa.int32())
    to = pc.if_else(to_client, client_at, pc.if_else(to_introducer, behind, nowhere))
    cc = pc.if_else(pc.and_(copied, pc.invert(same)), behind, nowhere)

    facts = (_array(fact) for fact in (which, client, introducer, same))
    notice = notice_numbers(*facts)
    columns = {
        "to": emails.take(to),
        "cc": emails.take(cc),
        "applied_rule": pa.array([*CODES, None]).take(which),
        "reason": pa.array(REASONS).take(none.cast(pa.int8())),
        "notice": pa.array(NOTICES).take(pa.array(notice)),
        "reaches_client": pc.or_(pc.and_(to_client, client_ready), pc.and_(to_introducer, same)),
        "reaches_introducer": pc.or_(
            pc.or_(pc.and_(to_introducer, introducer_ready), copied), pc.and_(to_client, same)
        ),
    }
    for name, values in columns.items():
        deals = deals.append_column(name, values)
    return deals


def _array(values: Any) -> Any:
    chunked = isinstance(values, pa.ChunkedArray)
    return values.to_numpy() if chunked else values.to_numpy(zero_copy_only=False)


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
