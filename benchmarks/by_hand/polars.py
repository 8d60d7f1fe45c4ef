"""By hand on polars."""

from __future__ import annotations

from typing import Any

import polars as pl

from . import ADDRESS, CODES, NO_ADDRESS, NOTICES, REASONS


def resolve_deals(deals: Any, clients: Any, introducers: Any) -> Any:
    if isinstance(deals, pl.DataFrame):
        return resolve_deals(deals.lazy(), clients.lazy(), introducers.lazy()).collect()

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


def change_deals(deals: Any, selection: Any) -> Any:
    """The deals whose ids are selected, to « Apporteur »."""
    if isinstance(deals, pl.LazyFrame):
        marked = selection.unique().with_columns(pl.lit(True).alias("chosen"))
        deals = deals.join(marked, on="id", how="left", maintain_order="left")
        selected = pl.col("chosen").is_not_null()
    else:
        selected = pl.col("id").is_in(selection["id"].implode())
    change = (
        pl.when(~selected)
        .then(None)
        .when(pl.col("introducer_id").is_null())
        .then(pl.lit("skipped"))
        .when(pl.col("rule") == "introducer")
        .then(pl.lit("unchanged"))
        .otherwise(pl.lit("changed"))
    )
    rule = pl.when(pl.col("change") == "changed").then(pl.lit("introducer")).otherwise("rule")
    return deals.with_columns(change=change).with_columns(rule=rule)
