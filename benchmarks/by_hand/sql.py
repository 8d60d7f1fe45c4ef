"""By hand in SQL, for DuckDB and Spark."""

from __future__ import annotations

from typing import Any

from . import ADDRESS, AMBIGUOUS, INVALID, MISSING, NO_ADDRESS, READY, UNKNOWN


class DuckDB:
    quote = '"'
    overlap, size = "list_has_any", "len"

    def named(self, table: Any, name: str) -> str:
        del name
        return str(table.alias)

    def valid(self, text: str) -> str:
        address = ADDRESS.replace("'", "''")
        matches = f"regexp_matches({text}, '{address}')"
        return (
            f"({matches} AND NOT regexp_matches({text}, '{NO_ADDRESS}') AND length({text}) <= 254)"
        )

    def kept(self, texts: str, condition: str) -> str:
        return f"list_filter({texts}, lambda x, n: {condition})"

    def folded(self, texts: str) -> str:
        return f"list_transform({texts}, lambda x: lower(x))"

    def run(self, table: Any, query: str) -> Any:
        return table.query("unused", query)


class Spark:
    quote = "`"
    overlap, size = "arrays_overlap", "size"

    def named(self, table: Any, name: str) -> str:
        table.createOrReplaceTempView(name)
        return name

    def valid(self, text: str) -> str:
        matches = f'{text} RLIKE r"{ADDRESS}"'
        return f'({matches} AND NOT {text} RLIKE r"{NO_ADDRESS}" AND length({text}) <= 254)'

    def kept(self, texts: str, condition: str) -> str:
        return f"filter({texts}, (x, n) -> {condition.replace('= n', '= n + 1')})"

    def folded(self, texts: str) -> str:
        return f"transform({texts}, x -> lower(x))"

    def run(self, table: Any, query: str) -> Any:
        return table.sparkSession.sql(query)


def engine_of(table: Any) -> DuckDB | Spark:
    return Spark() if hasattr(table, "sparkSession") else DuckDB()


# --- One address a party --------------------------------------------------------------------------


def resolve_deals(deals: Any, clients: Any, introducers: Any) -> Any:
    sql = engine_of(deals)
    facts = f"""
        SELECT d.*, {state("c")}, {state("i")},
            c.ready AS c, i.ready AS i, coalesce(lower(c.ready) = lower(i.ready), false) AS same
        FROM {sql.named(deals, "deals")} AS d
        LEFT JOIN ({party(sql, sql.named(clients, "clients"))}) AS c ON d.client_id = c.id
        LEFT JOIN ({party(sql, sql.named(introducers, "introducers"))}) AS i
            ON d.introducer_id = i.id
    """
    return sql.run(deals, answer(sql, deals, facts))


def resolve_clients(clients: Any, introducers: Any) -> Any:
    sql = engine_of(clients)
    facts = f"""
        SELECT d.*, {state("i")}, i.ready AS i,
            coalesce(lower(c) = lower(i.ready), false) AS same
        FROM (
            SELECT *, CASE WHEN c_state = {READY} THEN email END AS c
            FROM (
                SELECT *, {worth(sql, "false")} AS c_state FROM {sql.named(clients, "clients")}
            ) AS mine
        ) AS d
        LEFT JOIN ({party(sql, sql.named(introducers, "introducers"))}) AS i
            ON d.introducer_id = i.id
    """
    return sql.run(clients, answer(sql, clients, facts))


def state(party: str) -> str:
    return f"coalesce({party}.state, {UNKNOWN}) AS {party}_state"


def worth(sql: DuckDB | Spark, twice: str) -> str:
    return f"""
        CASE WHEN {twice} THEN {AMBIGUOUS} WHEN email IS NULL THEN {MISSING}
            WHEN {sql.valid("email")} THEN {READY} ELSE {INVALID} END
    """


def party(sql: DuckDB | Spark, table: str) -> str:
    return f"""
        SELECT id, state, CASE WHEN state = {READY} THEN email END AS ready FROM (
            SELECT id, email, {worth(sql, "times > 1")} AS state FROM (
                SELECT id, count(*) AS times, min(email) AS email
                FROM {table} WHERE id IS NOT NULL GROUP BY id
            ) AS grouped
        ) AS states
    """


def answer(sql: DuckDB | Spark, table: Any, facts: str, rest: str = "", some: str = "") -> str:
    """The columns of the answer behind those of `table`."""
    columns = ", ".join(f"facts.{name}" for name in table.columns)
    rest = rest or "CASE WHEN NOT same THEN i END"

    def faulty(state: int) -> str:
        return (
            f"(applied <> 'introducer' AND c_state = {state}) "
            f"OR (applied <> 'client' AND i_state = {state})"
        )

    return f"""
        WITH facts AS (
            SELECT *, CASE WHEN introducer_id IS NULL THEN 'client' ELSE coalesce(rule, 'client')
                END AS applied
            FROM ({facts}) AS joined
        )
        SELECT {columns},
            CASE applied WHEN 'client' THEN c WHEN 'client_and_introducer' THEN c
                WHEN 'introducer' THEN i END AS {sql.quote}to{sql.quote},
            CASE WHEN applied = 'client_and_introducer' AND c_state = {READY} AND i_state = {READY}
                THEN {rest} END AS cc,
            CASE WHEN applied IN ('client', 'introducer', 'client_and_introducer')
                THEN applied END AS applied_rule,
            CASE WHEN introducer_id IS NULL THEN 'no_introducer' ELSE 'rule_applied' END AS reason,
            CASE
                WHEN applied NOT IN ('client', 'introducer', 'client_and_introducer')
                    THEN 'invalid_rule'
                WHEN {faulty(AMBIGUOUS)} THEN 'ambiguous_id'
                WHEN {faulty(UNKNOWN)} THEN 'unknown_id'
                WHEN {faulty(INVALID)} THEN 'invalid_email'
                WHEN applied <> 'introducer' AND c_state = {MISSING} THEN 'no_client_address'
                WHEN applied <> 'client' AND i_state = {MISSING} THEN 'no_introducer_address'
                WHEN applied = 'introducer' AND NOT same THEN 'client_not_addressed'
                {some}
            END AS notice,
            CASE applied WHEN 'introducer' THEN same WHEN 'client' THEN c_state = {READY}
                WHEN 'client_and_introducer' THEN c_state = {READY}
                ELSE false END AS reaches_client,
            CASE applied WHEN 'client' THEN same WHEN 'introducer' THEN i_state = {READY}
                WHEN 'client_and_introducer' THEN c_state = {READY} AND i_state = {READY}
                ELSE false END AS reaches_introducer
        FROM facts
    """


# --- Several addresses a party --------------------------------------------------------------------


def resolve_lists(deals: Any, clients: Any, introducers: Any) -> Any:
    sql = engine_of(deals)
    facts = f"""
        SELECT d.*, {state("c")}, {state("i")},
            c.ready AS c, i.ready AS i, c.folded AS c_folded,
            c.some AS c_some, i.some AS i_some,
            coalesce({sql.overlap}(c.folded, i.folded), false) AS same
        FROM {sql.named(deals, "deals")} AS d
        LEFT JOIN ({list_party(sql, sql.named(clients, "clients"))}) AS c ON d.client_id = c.id
        LEFT JOIN ({list_party(sql, sql.named(introducers, "introducers"))}) AS i
            ON d.introducer_id = i.id
    """
    others = sql.kept("i", "NOT array_contains(c_folded, lower(x))")
    rest = f"CASE WHEN NOT same THEN i WHEN {sql.size}({others}) > 0 THEN {others} END"
    some = "(applied <> 'introducer' AND c_some) OR (applied <> 'client' AND i_some)"
    some = f"WHEN {some} THEN 'some_emails_invalid'"
    return sql.run(deals, answer(sql, deals, facts, rest, some))


def list_party(sql: DuckDB | Spark, table: str) -> str:
    """The valid addresses, each once, in order and in its first spelling."""
    once = sql.kept("valid", "array_position(folded, lower(x)) = n")
    return f"""
        SELECT id, folded,
            CASE WHEN times > 1 THEN {AMBIGUOUS}
                WHEN coalesce({sql.size}(email), 0) <= 0 THEN {MISSING}
                WHEN {sql.size}(valid) > 0 THEN {READY} ELSE {INVALID} END AS state,
            CASE WHEN times = 1 AND {sql.size}(valid) > 0 THEN {once} END AS ready,
            {sql.size}(valid) < {sql.size}(email) AS some
        FROM (
            SELECT *, {sql.folded("valid")} AS folded FROM (
                SELECT *, {sql.kept("email", sql.valid("x"))} AS valid FROM (
                    SELECT id, count(*) AS times, any_value(email) AS email
                    FROM {table} WHERE id IS NOT NULL GROUP BY id
                ) AS grouped
            ) AS filtered
        ) AS folded
    """


# --- The other questions --------------------------------------------------------------------------


def prefill_deals(deals: Any, clients: Any, introducers: Any) -> Any:
    sql = engine_of(deals)

    def known(table: str) -> str:
        return f"""
            SELECT id, count(*) AS times, min(introducer_id) AS preferred,
                min(coalesce(rule, 'client')) AS rule
            FROM {table} WHERE id IS NOT NULL GROUP BY id
        """

    columns = ", ".join(f"facts.{name}" for name in deals.columns)
    query = f"""
        WITH facts AS (
            SELECT d.*, c.preferred, c.times AS c_times, i.times AS i_times,
                CASE WHEN c.preferred IS NULL THEN i.rule ELSE c.rule END AS start
            FROM {sql.named(deals, "deals")} AS d
            LEFT JOIN ({known(sql.named(clients, "clients"))}) AS c ON d.client_id = c.id
            LEFT JOIN ({known(sql.named(introducers, "introducers"))}) AS i
                ON d.introducer_id = i.id
        ), answered AS (
            SELECT *, CASE WHEN introducer_id IS NULL THEN 'nothing'
                WHEN c_times > 1 OR i_times > 1 THEN 'ambiguous_id'
                WHEN c_times IS NULL OR i_times IS NULL THEN 'unknown_id'
                WHEN start NOT IN ('client', 'introducer', 'client_and_introducer')
                    THEN 'invalid_rule' END AS notice
            FROM facts
        )
        SELECT {columns.replace("facts.", "")},
            CASE WHEN notice IS NULL THEN start END AS prefilled_rule,
            CASE WHEN notice IS NOT NULL THEN NULL WHEN preferred IS NULL THEN 'introducer'
                ELSE 'client' END AS prefill_source,
            coalesce(notice IS NULL AND preferred <> introducer_id, false)
                AS differs_from_preferred,
            nullif(notice, 'nothing') AS prefill_notice
        FROM answered
    """
    return sql.run(deals, query)


def change_deals(deals: Any, selection: Any) -> Any:
    """The deals whose ids are selected, to « Apporteur »."""
    sql = engine_of(deals)
    columns = ", ".join(name for name in deals.columns if name != "rule")
    query = f"""
        WITH chosen AS (SELECT DISTINCT id AS chosen FROM {sql.named(selection, "selection")}),
        answered AS (
            SELECT d.*, CASE WHEN chosen IS NULL THEN NULL
                WHEN introducer_id IS NULL THEN 'skipped'
                WHEN rule = 'introducer' THEN 'unchanged'
                ELSE 'changed' END AS change
            FROM {sql.named(deals, "deals")} AS d LEFT JOIN chosen ON d.id = chosen
        )
        SELECT {columns}, change,
            CASE WHEN change = 'changed' THEN 'introducer' ELSE rule END AS rule
        FROM answered
    """
    return sql.run(deals, query)
