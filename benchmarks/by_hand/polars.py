"""By hand on polars."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import polars as pl
from polars import col, lit, when

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
)

STATES = pl.col("c_state", "i_state").fill_null(UNKNOWN)
NEVER = (lit(False), lit(False))
LOOK_UP: Any = {"how": "left", "maintain_order": "left", "validate": "m:1"}


def lazily(query: Callable[..., pl.LazyFrame]) -> Callable[..., Any]:
    """Eager frames as well, by way of a lazy query, which is quicker."""

    @wraps(query)
    def asked(*tables: Any) -> Any:
        answer = query(*(table.lazy() for table in tables))
        return answer.collect() if isinstance(tables[0], pl.DataFrame) else answer

    return asked


@lazily
def resolve_deals(deals: Any, clients: Any, introducers: Any) -> Any:
    """Positions are joined, and addresses looked up by them: texts are slow to join."""
    mine = party(clients, "client_id", "c").collect()
    theirs = party(introducers, "introducer_id", "i").collect()
    emails = lit(pl.concat([mine["c"], theirs["i"]]).rechunk())
    keys = theirs.select(key="i_key").drop_nulls().unique().with_row_index("number")
    frame = deals
    for table, name, before in ((mine, "c", 0), (theirs, "i", len(mine))):
        at = when(col(name).is_not_null()).then(pl.int_range(pl.len(), dtype=pl.UInt32) + before)
        table = table.with_columns(at.alias(name))
        table = table.join(keys, left_on=f"{name}_key", right_on="key", how="left")
        table = table.with_columns(col("number").alias(f"{name}_key")).drop("number")
        frame = frame.join(table.lazy(), on=table.columns[0], **LOOK_UP)
    frame = frame.with_columns(STATES)
    same = (col("c_key") == col("i_key")).fill_null(False)
    return answered(frame, deals, same=same, to=emails.gather(TO), cc=emails.gather(CC))


@lazily
def resolve_clients(clients: Any, introducers: Any) -> Any:
    mine = worth(clients.with_columns(len=1), "c")
    frame = mine.join(party(introducers, "introducer_id", "i"), on="introducer_id", **LOOK_UP)
    frame = frame.with_columns(STATES)
    return answered(frame, clients, same=(col("c_key") == col("i_key")).fill_null(False))


def party(table: Any, key: str, name: str) -> Any:
    """What each id is worth."""
    table = table.filter(col("id").is_not_null()).group_by(col("id").alias(key))
    table = worth(table.agg(pl.len(), col("email").min()), name)
    return table.select(key, f"{name}_state", name, f"{name}_key")


def worth(table: Any, name: str) -> Any:
    email = col("email")
    valid = email.str.contains(ADDRESS) & ~email.str.contains(NO_ADDRESS)
    state = (
        when(col("len") > 1)
        .then(lit(AMBIGUOUS, pl.Int8))
        .when(email.is_null())
        .then(lit(MISSING, pl.Int8))
        .when(~valid | (email.str.len_chars() > 254))
        .then(lit(INVALID, pl.Int8))
        .otherwise(lit(READY, pl.Int8))
    )
    table = table.with_columns(state.alias(f"{name}_state"))
    table = table.with_columns(when(col(f"{name}_state") == READY).then(email).alias(name))
    return table.with_columns(col(name).str.to_lowercase().alias(f"{name}_key"))


def code() -> Any:
    """The place of the rule in `CODES`, or 3."""
    rule = col("rule")
    return (
        when(rule.is_null() | (rule == "client"))
        .then(lit(0, pl.Int8))
        .when(rule == "introducer")
        .then(lit(1, pl.Int8))
        .when(rule == "client_and_introducer")
        .then(lit(2, pl.Int8))
        .otherwise(lit(3, pl.Int8))
    )


WHICH, SAME, COPIED = col("which"), col("same"), col("copied")
TO = when(WHICH.is_in([0, 2])).then("c").when(WHICH == 1).then("i")
CC = when(COPIED & ~SAME).then("i")


def answered(
    frame: Any, table: Any, *, same: Any, to: Any = TO, cc: Any = CC, some: Any = NEVER
) -> Any:
    """The columns of the answer behind those of `table`."""
    none = col("introducer_id").is_null()
    client_ready, introducer_ready = col("c_state") == READY, col("i_state") == READY
    which = when(none).then(lit(0, pl.Int8)).otherwise(code())
    frame = frame.with_columns(which.alias("which"), same.alias("same"))
    frame = frame.with_columns(copied=(WHICH == 2) & client_ready & introducer_ready)
    needs_client, needs_introducer = WHICH.is_in([0, 2]), WHICH.is_in([1, 2])

    def number(notice: str) -> Any:
        return lit(NOTICES.index(notice), pl.Int8)

    def faulty(client: Any, introducer: Any) -> Any:
        return (needs_client & client) | (needs_introducer & introducer)

    def states(state: int) -> Any:
        return faulty(col("c_state") == state, col("i_state") == state)

    notice = (
        when(WHICH == 3)
        .then(number("invalid_rule"))
        .when(states(AMBIGUOUS))
        .then(number("ambiguous_id"))
        .when(states(UNKNOWN))
        .then(number("unknown_id"))
        .when(states(INVALID))
        .then(number("invalid_email"))
        .when(needs_client & (col("c_state") == MISSING))
        .then(number("no_client_address"))
        .when(needs_introducer & (col("i_state") == MISSING))
        .then(number("no_introducer_address"))
        .when((WHICH == 1) & ~SAME)
        .then(number("client_not_addressed"))
        .when(faulty(*some))
        .then(number("some_emails_invalid"))
        .otherwise(0)
    )
    # Texts that repeat are looked up by number, which is quicker than to choose among texts.
    return frame.select(
        *table.collect_schema().names(),
        to.alias("to"),
        cc.alias("cc"),
        lit(pl.Series([*CODES, None])).gather(WHICH).alias("applied_rule"),
        lit(pl.Series(REASONS)).gather(none.cast(pl.Int8)).alias("reason"),
        lit(pl.Series(NOTICES)).gather(notice).alias("notice"),
        reaches_client=(needs_client & client_ready) | ((WHICH == 1) & SAME),
        reaches_introducer=((WHICH == 1) & introducer_ready) | COPIED | ((WHICH == 0) & SAME),
    )


@lazily
def prefill_deals(deals: Any, clients: Any, introducers: Any) -> Any:
    def known(table: Any, key: str, name: str, *columns: Any) -> Any:
        table = table.filter(col("id").is_not_null()).with_columns(code().alias("code"))
        rule = when(pl.len() > 1).then(lit(4, pl.Int8)).otherwise(col("code").first())
        return table.group_by(col("id").alias(key)).agg(rule.alias(name), *columns)

    preferred = col("introducer_id").first().alias("preferred")
    frame = deals.join(known(clients, "client_id", "c", preferred), on="client_id", **LOOK_UP)
    frame = frame.join(known(introducers, "introducer_id", "i"), on="introducer_id", **LOOK_UP)
    from_client = col("preferred").is_not_null()
    # The place of the rule in `CODES`; then what there is to say where there is none.
    start = (
        when(col("introducer_id").is_null())
        .then(lit(6, pl.Int8))
        .when((col("c") == 4) | (col("i") == 4))
        .then(lit(4, pl.Int8))
        .when(col("c").is_null() | col("i").is_null())
        .then(lit(5, pl.Int8))
        .when(from_client)
        .then(col("c"))
        .otherwise(col("i"))
    )
    frame = frame.with_columns(start.alias("start"))
    filled = col("start") < 3
    rules = pl.Series([*CODES, None, None, None, None])
    notices = pl.Series([None, None, None, "invalid_rule", "ambiguous_id", "unknown_id", None])
    sources = pl.Series([None, "introducer", "client"])
    source = filled.cast(pl.Int8) + (filled & from_client).cast(pl.Int8)
    differs = filled & (col("preferred") != col("introducer_id")).fill_null(False)
    return frame.select(
        *deals.collect_schema().names(),
        lit(rules).gather(col("start")).alias("prefilled_rule"),
        lit(sources).gather(source).alias("prefill_source"),
        differs.alias("differs_from_preferred"),
        lit(notices).gather(col("start")).alias("prefill_notice"),
    )


def change_deals(deals: Any, selection: Any) -> Any:
    """The deals whose ids are selected, to « Apporteur »."""
    if isinstance(deals, pl.LazyFrame):
        chosen = selection.unique().with_columns(lit(True).alias("chosen"))
        deals = deals.join(chosen, on="id", how="left", maintain_order="left")
        selected = col("chosen").is_not_null()
    else:
        selected = col("id").is_in(selection["id"].implode())
    change = (
        when(~selected)
        .then(None)
        .when(col("introducer_id").is_null())
        .then(lit("skipped"))
        .when(col("rule") == "introducer")
        .then(lit("unchanged"))
        .otherwise(lit("changed"))
    )
    rule = when(col("change") == "changed").then(lit("introducer")).otherwise("rule")
    return deals.with_columns(change=change).with_columns(rule=rule)


# --- Several addresses a party --------------------------------------------------------------------


@lazily
def resolve_lists(deals: Any, clients: Any, introducers: Any) -> Any:
    """Positions are joined, and lists looked up by them: lists are slow to join."""
    mine = list_party(clients, "client_id", "c")
    theirs = list_party(introducers, "introducer_id", "i")
    both = pairs(mine, theirs)
    lists = lit(pl.concat([mine["email"], theirs["email"], both["email"]]).rechunk())
    frame = deals
    for party in (mine, theirs):
        frame = frame.join(party.lazy().drop("email", "key"), on=party.columns[0], **LOOK_UP)
    frame = frame.with_columns(STATES)
    on = ["c_at", "i_at"]
    frame = frame.join(both.lazy().drop("email"), on=on, how="left", maintain_order="left")
    introducer, rest = col("i_at") + len(mine), col("pair_at") + len(mine) + len(theirs)
    return answered(
        frame,
        deals,
        same=col("pair_at").is_not_null(),
        to=lists.gather(when(WHICH.is_in([0, 2])).then("c_at").when(WHICH == 1).then(introducer)),
        cc=lists.gather(when(COPIED & SAME).then(rest).when(COPIED).then(introducer)),
        some=(col("c_some").fill_null(False), col("i_some").fill_null(False)),
    )


def list_party(table: Any, key: str, name: str) -> Any:
    """What each id is worth: the valid addresses, each once, in order and in its first spelling."""
    text, folded = pl.element(), pl.element().str.to_lowercase()
    valid = text.str.contains(ADDRESS) & ~text.str.contains(NO_ADDRESS)
    valid = valid & (text.str.len_chars() <= 254)
    email, keys = col("email"), col("key")
    table = table.filter(col("id").is_not_null()).select(col("id").alias(key), "email").collect()
    table = table.with_columns(ambiguous=col(key).is_duplicated(), given=email.list.len())
    table = table.unique(key).with_columns(email.list.eval(text.filter(valid)))
    state = (
        when(col("ambiguous"))
        .then(AMBIGUOUS)
        .when(col("given").fill_null(0) == 0)
        .then(MISSING)
        .when(email.list.len() == 0)
        .then(INVALID)
        .otherwise(READY)
    )
    table = table.select(
        key,
        "email",
        email.list.eval(folded).alias("key"),
        state.cast(pl.Int8).alias(f"{name}_state"),
        (email.list.len() < col("given")).alias(f"{name}_some"),
    )
    # Most lists have no address twice, and the others take ten times as long.
    twice = keys.list.n_unique() < keys.list.len()
    once = email.list.eval(text.filter(folded.is_first_distinct()))
    again = table.filter(twice).with_columns(once, keys.list.unique(maintain_order=True))
    table = pl.concat([table.filter(~twice | twice.is_null()), again])
    at = when(col(f"{name}_state") == READY).then(pl.int_range(pl.len()))
    return table.with_columns(at.alias(f"{name}_at"))


def pairs(clients: Any, introducers: Any) -> Any:
    """The clients and introducers that share an address, with what is left for Cc then."""
    mine, theirs = clients.drop_nulls("c_at"), introducers.drop_nulls("i_at")
    each = mine.select("c_at", "key").explode("key")
    found = each.join(theirs.select("i_at", "key").explode("key"), on="key")
    found = found.select("c_at", "i_at").unique()
    spelled = found.join(theirs.select("i_at", "email", "key"), on="i_at").explode("email", "key")
    left = spelled.join(each, on=["c_at", "key"], how="anti", maintain_order="left")
    left = left.group_by("c_at", "i_at", maintain_order=True).agg("email")
    return found.join(left, on=["c_at", "i_at"], how="left").with_row_index("pair_at")
