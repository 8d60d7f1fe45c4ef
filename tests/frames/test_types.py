"""Every public signature says what it gives."""

from __future__ import annotations

from typing import assert_type

import duckdb
import pandas as pd
import polars as pl

from partner_comms import FeatureGate
from partner_comms.frames import (
    AnswerChange,
    ColumnsError,
    PrefillNotice,
    change_deals,
    compare,
    filter_deals,
    prefill_deals,
    resolve_clients,
    resolve_deals,
)

OPEN = FeatureGate(premium=True, option_enabled=True)
DEALS = pl.DataFrame({"id": [1], "client_id": [1], "introducer_id": [7], "rule": ["client"]})
CLIENTS = pl.DataFrame({"id": [1], "email": ["a@b.fr"], "introducer_id": [7], "rule": ["client"]})
INTRODUCERS = pl.DataFrame({"id": [7], "email": ["c@d.fr"], "rule": ["client"]})


def test_polars() -> None:
    deals, clients, introducers = DEALS, CLIENTS, INTRODUCERS
    resolved = resolve_deals(
        deals, clients=clients, introducers=introducers, communication="mail_merge", gate=OPEN
    )
    assert_type(resolved, pl.DataFrame)
    assert_type(
        resolve_clients(clients, introducers=introducers, communication="mail_merge", gate=OPEN),
        pl.DataFrame,
    )
    explained = resolve_clients(
        clients, introducers=introducers, communication="other", gate=OPEN, explain="en"
    )
    assert_type(explained, pl.DataFrame)
    assert_type(compare(resolved.with_columns(id=1), resolved.with_columns(id=1)), pl.DataFrame)
    prefilled = prefill_deals(deals, clients=clients, introducers=introducers)
    assert_type(prefilled, pl.DataFrame)
    assert_type(filter_deals(deals, "none", gate=OPEN), pl.DataFrame)
    assert_type(change_deals(deals, "client", selection=[1], gate=OPEN), pl.DataFrame)
    assert_type(change_deals(deals, "client", selection=deals, gate=OPEN), pl.DataFrame)
    assert_type(filter_deals(deals.lazy(), "none", gate=OPEN), pl.LazyFrame)
    assert resolved["to"].to_list() == ["a@b.fr"]


def test_others() -> None:
    pandas = filter_deals(pd.DataFrame(DEALS.to_dict(as_series=False)), "client", gate=OPEN)
    assert_type(pandas, pd.DataFrame)
    relation = filter_deals(duckdb.from_arrow(DEALS.to_arrow()), "client", gate=OPEN)
    assert_type(relation, duckdb.DuckDBPyRelation)
    assert len(pandas) == len(relation.fetchall()) == 1


def test_values() -> None:
    assert_type(PrefillNotice("unknown_id").value, str)
    assert_type(AnswerChange("copy_added").value, str)
    error = ColumnsError(missing=["deals.rule"], overwritten=())
    assert_type(error.missing, tuple[str, ...])
    assert_type(error.overwritten, tuple[str, ...])
    assert error == ColumnsError(missing=("deals.rule",), overwritten=[])
