"""The same question, asked by hand in each engine's own language, as well as we know how.

Above all what `frames.resolve_deals` answers for a formal notice while the gate is open, with all
that it looks after: doubtful addresses, ids that stand twice, strange rules, the order of rows.
"""

from __future__ import annotations

from typing import Any

# The address of D16, as each of these engines reads it.
ADDRESS = (
    r"^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$"
)
NO_ADDRESS = r"\?[bBqQ]\?|\n"
"""What D16 refuses beside: an encoded word, and a line break that some let through at the end."""
CODES = ("client", "introducer", "client_and_introducer")
REASONS = ("rule_applied", "no_introducer")
NOTICES = (
    None,
    "invalid_rule",
    "ambiguous_id",
    "invalid_email",
    "no_client_address",
    "no_introducer_address",
    "client_not_addressed",
)


# --- polars ---------------------------------------------------------------------------------------


def polars(deals: Any, clients: Any, introducers: Any) -> Any:
    import polars as pl

    def party(table: Any, key: str, name: str) -> Any:
        email = pl.col("email")
        valid = email.str.contains(ADDRESS) & ~email.str.contains(NO_ADDRESS)
        return (
            table.filter(pl.col("id").is_not_null())
            .group_by("id")
            .agg(pl.len(), pl.col("email").min())
            .select(
                pl.col("id").alias(key),
                pl.when(pl.col("len") > 1)
                .then(pl.lit(3, pl.Int8))
                .when(email.is_null())
                .then(pl.lit(1, pl.Int8))
                .when(~valid | (email.str.len_chars() > 254))
                .then(pl.lit(2, pl.Int8))
                .otherwise(pl.lit(0, pl.Int8))
                .alias(f"{name}_state"),
                "email",
            )
            .with_columns(
                pl.when(pl.col(f"{name}_state") == 0).then(email).alias(name),
            )
            .with_columns(pl.col(name).str.to_lowercase().alias(f"{name}_folded"))
            .drop("email")
        )

    one_each: Any = {"how": "left", "maintain_order": "left", "validate": "m:1"}
    frame = deals.join(party(clients, "client_id", "c"), on="client_id", **one_each).join(
        party(introducers, "introducer_id", "i"), on="introducer_id", **one_each
    )
    rule = pl.col("rule")
    none = pl.col("introducer_id").is_null()
    frame = frame.with_columns(
        pl.when(none | rule.is_null() | (rule == "client"))
        .then(pl.lit(0, pl.Int8))
        .when(rule == "introducer")
        .then(pl.lit(1, pl.Int8))
        .when(rule == "client_and_introducer")
        .then(pl.lit(2, pl.Int8))
        .otherwise(pl.lit(3, pl.Int8))
        .alias("which"),
        pl.col("c_state").fill_null(1),
        pl.col("i_state").fill_null(1),
        (pl.col("c_folded") == pl.col("i_folded")).fill_null(False).alias("same"),
    )
    which, same = pl.col("which"), pl.col("same")
    to_client, to_introducer = which.is_in([0, 2]), which == 1
    client_ready, introducer_ready = pl.col("c_state") == 0, pl.col("i_state") == 0
    copied = (which == 2) & client_ready & introducer_ready
    needs_client, needs_introducer = which.is_in([0, 2]), which.is_in([1, 2])
    reaches_client = (to_client & client_ready) | (to_introducer & same)
    reaches_introducer = (to_introducer & introducer_ready) | copied | (to_client & same)

    def number(notice: str) -> Any:
        return pl.lit(NOTICES.index(notice), pl.Int8)

    def faulty(state: int) -> Any:
        return (needs_client & (pl.col("c_state") == state)) | (
            needs_introducer & (pl.col("i_state") == state)
        )

    notice = (
        pl.when(which == 3)
        .then(number("invalid_rule"))
        .when(faulty(3))
        .then(number("ambiguous_id"))
        .when(faulty(2))
        .then(number("invalid_email"))
        .when(needs_client & (pl.col("c_state") == 1))
        .then(number("no_client_address"))
        .when(needs_introducer & (pl.col("i_state") == 1))
        .then(number("no_introducer_address"))
        .when(to_introducer & ~same)
        .then(number("client_not_addressed"))
        .otherwise(0)
    )
    # Texts that repeat are looked up by number, which is quicker than to choose among texts.
    return frame.select(
        *("id", "client_id", "introducer_id", "rule"),
        pl.when(to_client).then(pl.col("c")).when(to_introducer).then(pl.col("i")).alias("to"),
        pl.when(copied & ~same).then(pl.col("i")).alias("cc"),
        pl.lit(pl.Series([*CODES, None])).gather(which).alias("applied_rule"),
        pl.lit(pl.Series(REASONS)).gather(none.cast(pl.Int8)).alias("reason"),
        pl.lit(pl.Series(NOTICES)).gather(notice).alias("notice"),
        reaches_client.alias("reaches_client"),
        reaches_introducer.alias("reaches_introducer"),
    )


def polars_filter(deals: Any) -> Any:
    """`filter_deals`: the deals with the rule « Apporteur »."""
    import polars as pl

    return deals.filter(pl.col("introducer_id").is_not_null() & (pl.col("rule") == "introducer"))


def polars_change(deals: Any, ids: Any) -> Any:
    """`change_deals`: the deals with these ids, to « Apporteur »."""
    import polars as pl

    change = (
        pl.when(~pl.col("id").is_in(ids.implode()))
        .then(None)
        .when(pl.col("introducer_id").is_null())
        .then(pl.lit("skipped"))
        .when(pl.col("rule") == "introducer")
        .then(pl.lit("unchanged"))
        .otherwise(pl.lit("changed"))
    )
    rule = pl.when(pl.col("change") == "changed").then(pl.lit("introducer")).otherwise("rule")
    return deals.with_columns(change=change).with_columns(rule=rule)


# --- pandas ---------------------------------------------------------------------------------------


def _notice_numbers(which: Any, client: Any, introducer: Any, same: Any) -> Any:
    """The place in `NOTICES`, from NumPy arrays: later lines win."""
    needs_client, needs_introducer = (which == 0) | (which == 2), (which == 1) | (which == 2)
    notice = ((which == 1) & ~same).astype("int8") * 6
    notice[needs_introducer & (introducer == 1)] = 5
    notice[needs_client & (client == 1)] = 4
    notice[(needs_client & (client == 2)) | (needs_introducer & (introducer == 2))] = 3
    notice[(needs_client & (client == 3)) | (needs_introducer & (introducer == 3))] = 2
    notice[which == 3] = 1
    return notice


def pandas(deals: Any, clients: Any, introducers: Any) -> Any:
    import numpy as np
    import pandas as pd

    def party(table: Any, ids: Any) -> tuple[Any, Any, Any]:
        table = table[table["id"].notna()]
        email = table["email"]
        strange = email.str.contains(NO_ADDRESS) | (email.str.len() > 254)
        valid = email.str.contains(ADDRESS) & ~strange
        state = np.select(
            [table["id"].duplicated(keep=False), email.isna(), ~valid.astype(bool)],
            [3, 1, 2],
            0,
        ).astype("int8")
        first = ~table["id"].duplicated().to_numpy()
        at = pd.Index(table["id"][first]).get_indexer(ids)
        state = state[first]
        ready = email[first].where(state == 0).array
        states = np.append(state, np.int8(1))[at]
        return at, states, ready

    client_at, client, client_emails = party(clients, deals["client_id"])
    introducer_at, introducer, introducer_emails = party(introducers, deals["introducer_id"])
    # One list of all addresses: To and Cc are looked up in it, each at once.
    emails = pd.concat([pd.Series(client_emails), pd.Series(introducer_emails)]).array
    number = pd.factorize(pd.Series(emails).str.lower())[0]
    offset = len(client_emails)
    shared = np.append(number, -1)
    client_number = np.where(client_at < 0, -1, shared[client_at])
    introducer_number = np.where(introducer_at < 0, -1, shared[introducer_at + offset])
    same = (client == 0) & (introducer == 0) & (client_number == introducer_number)

    none = deals["introducer_id"].isna().to_numpy()
    which = pd.Index(CODES).get_indexer(deals["rule"].fillna("client")).astype("int8")
    which[which < 0] = 3
    which[none] = 0
    to_introducer = which == 1
    to_client = (which == 0) | (which == 2)
    copied = (which == 2) & (client == 0) & (introducer == 0)
    behind = np.where(introducer_at < 0, -1, introducer_at + offset)
    to = np.where(to_client, client_at, np.where(to_introducer, behind, -1))
    cc = np.where(copied & ~same, behind, -1)
    notice = _notice_numbers(which, client, introducer, same)
    return deals.assign(
        to=emails.take(to, allow_fill=True),
        cc=emails.take(cc, allow_fill=True),
        applied_rule=pd.array([*CODES, None], dtype=emails.dtype).take(which),
        reason=pd.array(REASONS, dtype=emails.dtype).take(none.astype("int8")),
        notice=pd.array(NOTICES, dtype=emails.dtype).take(notice),
        reaches_client=(to_client & (client == 0)) | (to_introducer & same),
        reaches_introducer=(to_introducer & (introducer == 0)) | copied | (to_client & same),
    )


# --- pyarrow --------------------------------------------------------------------------------------


def pyarrow(deals: Any, clients: Any, introducers: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

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
    notice = _notice_numbers(*facts)
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
    import pyarrow as pa

    chunked = isinstance(values, pa.ChunkedArray)
    return values.to_numpy() if chunked else values.to_numpy(zero_copy_only=False)


# --- SQL ------------------------------------------------------------------------------------------

_SQL = """
WITH client_ids AS (
    SELECT id, count(*) > 1 AS twice, min(email) AS email
    FROM clients WHERE id IS NOT NULL GROUP BY id
), introducer_ids AS (
    SELECT id, count(*) > 1 AS twice, min(email) AS email
    FROM introducers WHERE id IS NOT NULL GROUP BY id
), client_states AS (
    SELECT id, email, CASE WHEN twice THEN 3 WHEN email IS NULL THEN 1
        WHEN NOT ({valid}) THEN 2 ELSE 0 END AS state
    FROM client_ids
), introducer_states AS (
    SELECT id, email, CASE WHEN twice THEN 3 WHEN email IS NULL THEN 1
        WHEN NOT ({valid}) THEN 2 ELSE 0 END AS state
    FROM introducer_ids
), facts AS (
    SELECT
        d.*,
        coalesce(c.state, 1) AS c_state,
        coalesce(i.state, 1) AS i_state,
        CASE WHEN c.state = 0 THEN c.email END AS c,
        CASE WHEN i.state = 0 THEN i.email END AS i,
        coalesce(c.state = 0 AND i.state = 0 AND lower(c.email) = lower(i.email), false) AS same,
        CASE WHEN d.introducer_id IS NULL THEN 'client' ELSE coalesce(rule, 'client') END AS applied
    FROM deals d
    LEFT JOIN client_states c ON d.client_id = c.id
    LEFT JOIN introducer_states i ON d.introducer_id = i.id
)
SELECT
    id, client_id, introducer_id, rule,
    CASE applied WHEN 'client' THEN c WHEN 'client_and_introducer' THEN c
        WHEN 'introducer' THEN i END AS {q}to{q},
    CASE WHEN applied = 'client_and_introducer' AND c_state = 0 AND NOT same THEN i END AS cc,
    CASE WHEN applied IN ('client', 'introducer', 'client_and_introducer')
        THEN applied END AS applied_rule,
    CASE WHEN introducer_id IS NULL THEN 'no_introducer' ELSE 'rule_applied' END AS reason,
    CASE
        WHEN applied NOT IN ('client', 'introducer', 'client_and_introducer') THEN 'invalid_rule'
        WHEN (applied <> 'introducer' AND c_state = 3) OR (applied <> 'client' AND i_state = 3)
            THEN 'ambiguous_id'
        WHEN (applied <> 'introducer' AND c_state = 2) OR (applied <> 'client' AND i_state = 2)
            THEN 'invalid_email'
        WHEN applied <> 'introducer' AND c_state = 1 THEN 'no_client_address'
        WHEN applied <> 'client' AND i_state = 1 THEN 'no_introducer_address'
        WHEN applied = 'introducer' AND NOT same THEN 'client_not_addressed'
    END AS notice,
    CASE applied WHEN 'introducer' THEN same
        WHEN 'client' THEN c_state = 0 WHEN 'client_and_introducer' THEN c_state = 0
        ELSE false END AS reaches_client,
    CASE applied WHEN 'client' THEN same
        WHEN 'introducer' THEN i_state = 0
        WHEN 'client_and_introducer' THEN c_state = 0 AND i_state = 0
        ELSE false END AS reaches_introducer
FROM facts
"""


def duckdb(deals: Any, clients: Any, introducers: Any) -> Any:
    address = ADDRESS.replace("'", "''")
    valid = (
        f"regexp_matches(email, '{address}') AND NOT regexp_matches(email, '{NO_ADDRESS}') "
        "AND length(email) <= 254"
    )
    query = _SQL.format(valid=valid, q='"')
    for name, table in (("introducers", introducers), ("clients", clients)):
        query = query.replace(f"FROM {name} ", f"FROM {table.alias} ")
    return deals.query("deals", query)


def pyspark(deals: Any, clients: Any, introducers: Any) -> Any:
    for name, frame in (("deals", deals), ("clients", clients), ("introducers", introducers)):
        frame.createOrReplaceTempView(name)
    valid = f'length(email) <= 254 AND email RLIKE r"{ADDRESS}" AND NOT email RLIKE r"{NO_ADDRESS}"'
    return deals.sparkSession.sql(_SQL.format(valid=valid, q="`"))
