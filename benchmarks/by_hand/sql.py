"""By hand in SQL, on DuckDB and Spark."""

from __future__ import annotations

from typing import Any

from . import ADDRESS, NO_ADDRESS

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
        WHEN 'introducer' THEN i END AS {quote}to{quote},
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


def resolve_deals(deals: Any, clients: Any, introducers: Any) -> Any:
    return run(_SQL, deals=deals, clients=clients, introducers=introducers)


_CHANGE = """
WITH chosen AS (SELECT DISTINCT id AS chosen FROM selection ), told AS (
    SELECT deals.*, CASE
        WHEN chosen IS NULL THEN NULL
        WHEN introducer_id IS NULL THEN 'skipped'
        WHEN rule = 'introducer' THEN 'unchanged'
        ELSE 'changed' END AS change
    FROM deals LEFT JOIN chosen ON id = chosen
)
SELECT
    id, client_id, introducer_id,
    CASE WHEN change = 'changed' THEN 'introducer' ELSE rule END AS rule, change
FROM told
"""


def change_deals(deals: Any, selection: Any) -> Any:
    """The deals whose ids are selected, to « Apporteur »."""
    return run(_CHANGE, deals=deals, selection=selection)


def run(query: str, *, deals: Any, **tables: Any) -> Any:
    if hasattr(deals, "sparkSession"):
        for name, frame in {"deals": deals, **tables}.items():
            frame.createOrReplaceTempView(name)
        matches = f'email RLIKE r"{ADDRESS}" AND NOT email RLIKE r"{NO_ADDRESS}"'
        valid = f"length(email) <= 254 AND {matches}"
        return deals.sparkSession.sql(query.format(valid=valid, quote="`"))
    address = ADDRESS.replace("'", "''")
    valid = (
        f"regexp_matches(email, '{address}') AND NOT regexp_matches(email, '{NO_ADDRESS}') "
        "AND length(email) <= 254"
    )
    query = query.format(valid=valid, quote='"')
    for name, table in tables.items():
        query = query.replace(f"FROM {name} ", f"FROM {table.alias} ")
    return deals.query("deals", query)
