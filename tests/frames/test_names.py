"""Names are data: a column may have any, and comes out under it, with what it holds."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from partner_comms import FeatureGate
from partner_comms.frames import (
    ColumnsError,
    change_deals,
    filter_deals,
    prefill_deals,
    resolve_clients,
    resolve_deals,
)

from .engines import DUCKDB, ENGINES, Engine, rows_of, table
from .spark import SPARK

pytestmark = pytest.mark.unmeasured

OPEN = FeatureGate(premium=True, option_enabled=True)
INT, TEXT = pa.int64(), pa.string()

STRANGE = (
    *("^note$", "^.*$", "*", "note", "a.b", ".", "c`d", "`", "'", '"', 'q"q', "a b", " ", " id "),
    *(
        "\t",
        "\n",
        "\\",
        "%",
        "é",
        "名",
        "\ufeffrule",
        "SELECT",
        "COLUMNS(*)",
        "struct.*",
        "$1",
        "?",
    ),
    *(
        "?",
        "{x}",
        "--",
        "state",
        "decision",
        "client_state",
        "client_key",
        "client_address",
        "case",
    ),
    *("introducer_folded", "rule_text", "key", "selected", "new_rule", "email_text", "carried_0"),
    *("carried_1", "outcome", "_rule", "kept", "literal", "len", "clients_known", "preferred"),
    *("index", "level_0"),
)
"""Patterns, paths, quotes, blanks, words of SQL, and names like those of the library."""
TWINS = ("Note", "NOTE", "ID", "To")
"""Names that are others in SQL's eyes: only engines in memory take them."""


def made(engine: Engine, names: tuple[str, ...]) -> tuple[Any, Any, Any]:
    """Deals, clients and introducers, each with columns of those names as well."""
    more = {name: pa.array([f"{name} one", None]) for name in names}
    ids, last = pa.array([1, 2], INT), pa.array([5, 6], INT)
    introduced = {
        "introducer_id": pa.array([1, None], INT),
        "rule": pa.array(["introducer", None], TEXT),
    }
    email = pa.array(["a@example.org", "b@example.org"], TEXT)
    deals = {"id": ids, "client_id": ids, **introduced}
    records = {"id": ids, "email": email, **introduced}
    tables = []
    for typed in (deals, records, records):
        strange = {name: each for name, each in more.items() if name not in typed}
        tables.append(engine.make(pa.table({**strange, **typed, "last": last})))
    return tables[0], tables[1], tables[2]


def answers(deals: Any, clients: Any, introducers: Any) -> list[tuple[Any, Any, set[str]]]:
    """Every function's answer, with the frame that it is about, and the columns that may differ."""
    mail: Any = {"communication": "mail_merge", "gate": OPEN}
    records = {"clients": clients, "introducers": introducers}
    return [
        (resolve_deals(deals, **records, **mail, suffix="."), deals, set()),
        (resolve_clients(clients, introducers=introducers, **mail, suffix=" `x"), clients, set()),
        (prefill_deals(deals, **records), deals, set()),
        (filter_deals(deals, "introducer", gate=OPEN), deals, set()),
        (change_deals(deals, "client", selection=[1], gate=OPEN), deals, {"rule"}),
        (change_deals(deals, "client", selection=introducers, gate=OPEN), deals, {"rule"}),
    ]


@pytest.mark.parametrize("engine", [*ENGINES, SPARK], ids=lambda engine: engine.name)
def test_every_name_in_every_function(engine: Engine) -> None:
    names = STRANGE if engine in (DUCKDB, SPARK) else ("", *STRANGE, *TWINS)
    for answer, given, changed in answers(*made(engine, names)):
        before = rows_of(engine, given, by="id")
        after = rows_of(engine, answer, by="id")
        assert len(before[0]) >= len(names) + 4
        kept = [name for name in before[0] if name not in changed]
        assert list(after[0])[: len(before[0])] == list(before[0])
        by_id = {row["id"]: row for row in before}
        for row in after:
            assert {name: row[name] for name in kept} == {
                name: by_id[row["id"]][name] for name in kept
            }


SUFFIXES = (".", ".x", "`", "a`b", "^x$", "*", " ", "'", '"', "\n", "é", "$", "_1")


@pytest.mark.parametrize("engine", [*ENGINES, SPARK], ids=lambda engine: engine.name)
def test_every_suffix(engine: Engine) -> None:
    """All at once, one behind the other: each answer is the next one's input."""
    deals, clients, introducers = made(engine, ("note",))
    for suffix in SUFFIXES if engine is not SPARK else SUFFIXES[:3]:
        deals = resolve_deals(
            deals,
            clients=clients,
            introducers=introducers,
            communication="mail_merge",
            gate=OPEN,
            suffix=suffix,
        )
    for row, to in zip(rows_of(engine, deals, by="id"), "ab", strict=True):
        for suffix in SUFFIXES if engine is not SPARK else SUFFIXES[:3]:
            assert row[f"to{suffix}"] == f"{to}@example.org"
            # Client and introducer 1 have the same address, so both clients are reached (D9).
            assert bool(row[f"reaches_client{suffix}"]) is True


class TestCaseTwins:
    """DuckDB and Spark take upper and lower case for one name: what clashes there is refused."""

    @pytest.mark.parametrize("name", ["Change", "CHANGE", "change"])
    @pytest.mark.parametrize("engine", [*ENGINES, SPARK], ids=lambda engine: engine.name)
    def test_added_names(self, engine: Engine, name: str) -> None:
        deals, _, _ = made(engine, (name,))
        if engine in (DUCKDB, SPARK) or name == "change":
            with pytest.raises(ColumnsError) as caught:
                change_deals(deals, "client", selection=[1], gate=OPEN)
            assert caught.value.overwritten == (f"deals.{name}",)
        else:
            changed = change_deals(deals, "client", selection=[1], gate=OPEN)
            assert [row[name] for row in engine.rows(changed)] == [f"{name} one", None]
            assert [row["change"] for row in engine.rows(changed)] == ["changed", None]

    @pytest.mark.parametrize("engine", [DUCKDB, SPARK], ids=lambda engine: engine.name)
    def test_added_names_with_a_suffix(self, engine: Engine) -> None:
        deals, clients, introducers = made(engine, ("TO_x", "Reaches_Client_X", "cc"))
        with pytest.raises(ColumnsError) as caught:
            resolve_deals(
                deals,
                clients=clients,
                introducers=introducers,
                communication="mail_merge",
                gate=OPEN,
                suffix="_X",
            )
        assert set(caught.value.overwritten) == {"deals.TO_x", "deals.Reaches_Client_X"}


class TestNearMisses:
    """A column that is missing is often there under nearly its name."""

    @pytest.mark.parametrize("name", ["\ufeffid", "Id ", " ID", "i_d", "\xa0id"])
    @pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
    def test_are_named(self, engine: Engine, name: str) -> None:
        rows = [{name: 1, "introducer_id": 7, "rule": "client"}]
        deals = engine.make(table(rows, **{name: INT, "introducer_id": INT, "rule": TEXT}))
        with pytest.raises(ColumnsError) as caught:
            change_deals(deals, "client", selection=[1], gate=OPEN)
        assert caught.value.missing == ("deals.id",)
        assert caught.value.similar == (name,)
        assert str(caught.value).endswith(f"rename yours ({name!r})")

    def test_none_is_near(self) -> None:
        with pytest.raises(ColumnsError) as caught:
            filter_deals(pd.DataFrame({"a": [1], 5: [2]}), "client", gate=OPEN)
        assert caught.value.similar == ()
        assert "(" not in str(caught.value)
