"""What goes in and comes out: kinds of frames, columns, order, types; and what is refused."""

from __future__ import annotations

import copy
import pickle
import random
from collections.abc import Callable
from functools import cache, partial
from typing import Any, ClassVar
from uuid import UUID

import duckdb
import narwhals
import narwhals.stable.v1 as v1
import narwhals.stable.v2 as v2
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from partner_comms import (
    ChangeOutcome,
    Communication,
    EmptyIdError,
    FeatureClosedError,
    FeatureGate,
    InvalidTypeError,
    Notice,
    Reason,
    UnknownCodeError,
)
from partner_comms.frames import (
    ColumnsError,
    change_deals,
    compare,
    filter_deals,
    prefill_deals,
    resolve_clients,
    resolve_deals,
)
from partner_comms.frames._engines import polars

from .engines import ENGINES, Engine, rows_of, table

OPEN = FeatureGate(premium=True, option_enabled=True)
ORDERED = [engine for engine in ENGINES if engine.ordered]
EVERY = pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
INT, TEXT = pa.int64(), pa.string()


def small(kind: pa.DataType = INT, ids: tuple[Any, ...] = (1, 2, 7, 8)) -> dict[str, pa.Table]:
    one, two, seven, eight = ids
    deals = [
        {"id": one, "client_id": one, "introducer_id": seven, "rule": "introducer"},
        {"id": two, "client_id": two, "introducer_id": None, "rule": None},
    ]
    clients = [
        {"id": two, "email": "b@example.org", "introducer_id": None, "rule": None},
        {"id": one, "email": "a@example.org", "introducer_id": eight, "rule": None},
    ]
    introducers = [
        {"id": seven, "email": "i@example.org", "rule": None},
        {"id": eight, "email": None, "rule": None},
    ]
    return {
        "deals": table(deals, id=kind, client_id=kind, introducer_id=kind, rule=TEXT),
        "clients": table(clients, id=kind, email=TEXT, introducer_id=kind, rule=TEXT),
        "introducers": table(introducers, id=kind, email=TEXT, rule=TEXT),
    }


@cache
def many_rows() -> tuple[list[pa.Table], list[str]]:
    """Deals, clients and introducers, and to whom each deal is written, made once."""
    shuffled = random.Random(7)
    rows = 60_000
    client_ids = [shuffled.randrange(20_000) for _ in range(rows)]
    introducer_ids = [shuffled.choice([None, 1, 2, 3]) for _ in range(rows)]
    deals = pa.table(
        {
            "id": list(range(rows)),
            "client_id": client_ids,
            "introducer_id": introducer_ids,
            "rule": ["introducer"] * rows,
        }
    )
    ids = list(range(20_000))
    shuffled.shuffle(ids)
    clients = pa.table({"id": ids, "email": [f"{each}@example.org" for each in ids]})
    introducers = pa.table({"id": [3, 2, 1], "email": ["c@e.fr", "b@e.fr", "a@e.fr"]})
    written = {None: None, 1: "a@e.fr", 2: "b@e.fr", 3: "c@e.fr"}
    wanted = [
        written[introducer] or f"{client}@example.org"
        for client, introducer in zip(client_ids, introducer_ids, strict=True)
    ]
    return [deals, clients, introducers], wanted


def columns_of(engine: Engine, frame: Any, *names: str) -> list[list[Any]]:
    """Those columns alone, since to make rows of large tables takes long."""
    rows = engine.rows(v2.from_native(frame).select(*names).to_native())
    return [[row[name] for row in rows] for name in names]


def resolve(deals: Any, clients: Any, introducers: Any, **changed: Any) -> Any:
    arguments: dict[str, Any] = {"communication": "mail_merge", "gate": OPEN} | changed
    return resolve_deals(deals, clients=clients, introducers=introducers, **arguments)


class TestShape:
    @pytest.mark.unmeasured
    @EVERY
    def test_same_kind_out(self, engine: Engine) -> None:
        frames = {name: engine.make(source) for name, source in small().items()}
        deals, clients, introducers = frames.values()
        for answer in (
            resolve(**frames),
            resolve_clients(
                clients, introducers=introducers, communication="mail_merge", gate=OPEN
            ),
            prefill_deals(deals, clients=clients, introducers=introducers),
            filter_deals(deals, "none", gate=OPEN),
            change_deals(deals, "client", selection=[1], gate=OPEN),
        ):
            assert type(answer) is type(deals)

    @pytest.mark.unmeasured
    @EVERY
    def test_columns_are_carried_along(self, engine: Engine) -> None:
        """Whatever they hold, even under the names that the library would use itself."""
        sources = small()
        extra = pa.array([[{"a": 1}], None], pa.list_(pa.struct({"a": INT})))
        sources["deals"] = (
            sources["deals"]
            .append_column("_rule", pa.array(["x", "y"]))
            .append_column("terms", extra)
        )
        frames = {name: engine.make(source) for name, source in sources.items()}
        before = rows_of(engine, frames["deals"], by="id")
        after = rows_of(engine, resolve(**frames), by="id")
        assert [str({name: row[name] for name in before[0]}) for row in after] == [
            str(row) for row in before
        ]

    @pytest.mark.unmeasured
    @EVERY
    def test_scenarios_side_by_side(self, engine: Engine) -> None:
        """A suffix is put behind each name that is added."""
        frames = {name: engine.make(source) for name, source in small().items()}
        both = resolve(**frames, suffix="_open")
        frames["deals"] = both
        closed = FeatureGate(premium=False, option_enabled=True)
        both = resolve(**frames, gate=closed, suffix="_closed")
        first = rows_of(engine, both, by="id")[0]
        assert (first["to_open"], first["to_closed"]) == ("i@example.org", "a@example.org")
        assert list(first)[4:11] == [
            "to_open",
            "cc_open",
            "applied_rule_open",
            "reason_open",
            "notice_open",
            "reaches_client_open",
            "reaches_introducer_open",
        ]

    @pytest.mark.unmeasured
    @pytest.mark.parametrize("engine", ORDERED, ids=lambda engine: engine.name)
    def test_order_of_many_rows(self, engine: Engine) -> None:
        """Joins of large tables are spread over threads, and lose it where they are let."""
        sources, wanted = many_rows()
        deals, clients, introducers = map(engine.make, sources)
        numbers = list(range(len(wanted)))
        resolved = columns_of(engine, resolve(deals, clients, introducers), "id", "to")
        assert resolved == [numbers, wanted]
        selection = engine.make(sources[0].select(["id"]))
        changed = change_deals(deals, "client", selection=selection, gate=OPEN)
        # With the change, or a lazy frame would not look for the selection at all.
        assert columns_of(engine, changed, "id", "change")[0] == numbers

    @pytest.mark.unmeasured
    @EVERY
    def test_empty_tables(self, engine: Engine) -> None:
        frames = {name: engine.make(source.slice(0, 0)) for name, source in small().items()}
        assert rows_of(engine, resolve(**frames), by="id") == []
        deals, clients, introducers = frames.values()
        prefilled = prefill_deals(deals, clients=clients, introducers=introducers)
        assert rows_of(engine, prefilled, by="id") == []

    @EVERY
    def test_columns_without_values_keep_their_types(self, engine: Engine) -> None:
        sources = small()
        for rows in (sources["deals"].slice(1, 1), sources["deals"].slice(0, 0)):
            frames = {name: engine.make(source) for name, source in sources.items()}
            deals, clients, introducers = (frames | {"deals": engine.make(rows)}).values()
            for answer in (
                resolve(deals, clients, introducers),
                prefill_deals(deals, clients=clients, introducers=introducers),
                filter_deals(deals, "none", gate=OPEN),
                change_deals(deals, "client", selection=[1], gate=OPEN),
            ):
                kinds = v2.from_native(answer).collect_schema()
                before = v2.from_native(deals).collect_schema()
                assert {name: kinds[name] for name in before} == dict(before)

    def test_pandas_keeps_its_index(self) -> None:
        frames = {name: source.to_pandas() for name, source in small().items()}
        frames["deals"].index = pd.Index(["x", "x"], name="mine")
        resolved = resolve(**frames)
        assert list(resolved.index) == ["x", "x"]
        assert resolved.index.name == "mine"
        assert resolved["to"].tolist() == ["i@example.org", "b@example.org"]

    def test_pandas_keeps_its_kind_of_texts(self) -> None:
        for kind, boolean in (("str", "bool"), ("string", "boolean")):
            frames = {
                name: source.to_pandas().astype(
                    {"rule": kind} | ({"email": kind} if "email" in source.column_names else {})
                )
                for name, source in small().items()
            }
            resolved = resolve(**frames)
            assert {resolved[name].dtype for name in ("to", "cc", "reason", "notice")} == {
                pd.Series([], dtype=kind).dtype
            }
            assert resolved["reaches_client"].dtype == boolean
        frames = {n: s.to_pandas(types_mapper=pd.ArrowDtype) for n, s in small().items()}
        changed = change_deals(frames["deals"], "client", selection=[1], gate=OPEN)
        assert isinstance(changed["rule"].dtype, pd.ArrowDtype)
        assert isinstance(changed["change"].dtype, pd.ArrowDtype)

    def test_pandas_columns_that_are_no_texts(self) -> None:
        frames: dict[str, Any] = {name: source.to_pandas() for name, source in small().items()}
        frames["deals"][5] = [1, 2]
        resolved = resolve(**frames)
        assert resolved[5].tolist() == [1, 2]
        assert resolved.columns[-1] == "reaches_introducer"
        changed = change_deals(frames["deals"], "client", selection=[1], gate=OPEN)
        assert changed.columns[-2:].tolist() == [5, "change"]

    def test_pandas_keeps_what_pandas_keeps(self) -> None:
        """Attributes, and the subclass of a frame."""

        class Geo(pd.DataFrame):
            @property
            def _constructor(self) -> Any:
                return Geo

        deals, clients, introducers = (Geo(source.to_pandas()) for source in small().values())
        deals.attrs["source"] = "export"
        clients.attrs["source"] = "crm"
        mail: Any = {"communication": "mail_merge", "gate": OPEN}
        records: Any = {"clients": clients, "introducers": introducers}
        for answer in (
            resolve_deals(deals, **records, **mail),
            prefill_deals(deals, **records),
            filter_deals(deals, "introducer", gate=OPEN),
            change_deals(deals, "client", selection=[1], gate=OPEN),
            change_deals(deals, "client", selection=deals, gate=OPEN),
        ):
            assert type(answer) is Geo
            assert answer.attrs == {"source": "export"}
        assert resolve_clients(clients, introducers=introducers, **mail).attrs["source"] == "crm"

    def test_pyarrow_keeps_its_metadata(self) -> None:
        sources = small()
        described = {"source": "export"}
        sources["deals"] = sources["deals"].replace_schema_metadata(described)
        wanted = {b"source": b"export"}
        assert resolve(**sources).schema.metadata == wanted
        assert filter_deals(sources["deals"], "client", gate=OPEN).schema.metadata == wanted
        changed = change_deals(sources["deals"], "client", selection=[1], gate=OPEN)
        assert changed.schema.metadata == wanted

    def test_inputs_stay_as_they_are(self) -> None:
        frames = {name: source.to_pandas() for name, source in small().items()}
        copies = {name: frame.copy() for name, frame in frames.items()}
        resolve(**frames)
        change_deals(frames["deals"], "client", selection=[1], gate=OPEN)
        for name, frame in frames.items():
            pd.testing.assert_frame_equal(frame, copies[name])


class TestExplain:
    """D14: each row in a sentence, the core's own, with all that is wrong."""

    @EVERY
    def test_what_only_tables_have(self, engine: Engine) -> None:
        sources = small()
        deals = [
            {"id": 1, "client_id": 1, "introducer_id": 9, "rule": "client_and_introducer"},
            {"id": 2, "client_id": 9, "introducer_id": 8, "rule": "client_and_introducer"},
            {"id": 3, "client_id": 1, "introducer_id": 7, "rule": "strange"},
        ]
        sources["deals"] = table(deals, id=INT, client_id=INT, introducer_id=INT, rule=TEXT)
        frames = {name: engine.make(source) for name, source in sources.items()}
        resolved = resolve(**frames, explain="en-GB", suffix="_now")
        assert [row["why_now"] for row in rows_of(engine, resolved, by="id")] == [
            "To: the client (rule “Client + Introducer” of the contract). An id was not found in "
            "its table. No copy goes out.",
            "To: nobody, so the e-mail cannot be sent. It was meant for the client, with the "
            "introducer in copy (rule “Client + Introducer” of the contract). An id was not found "
            "in its table. The introducer has no e-mail address.",
            "To: nobody, so the e-mail cannot be sent. The rule stored on the contract is unknown.",
        ]

    def test_none_by_default(self) -> None:
        frames = small()
        assert "why" not in resolve(**frames).column_names
        taken = frames["deals"].append_column("why", pa.array(["x", "y"]))
        assert resolve(**(frames | {"deals": taken}))["why"].to_pylist() == ["x", "y"]
        with pytest.raises(ColumnsError) as caught:
            resolve(**(frames | {"deals": taken}), explain="fr")
        assert caught.value.overwritten == ("deals.why",)


class TestIds:
    """D17: ids are the host's, of any one type; the engine compares them."""

    @pytest.mark.unmeasured
    @EVERY
    @pytest.mark.parametrize(
        ("kind", "ids"),
        [
            (INT, (2**53, 2**53 + 1, 2**62, -1)),
            (pa.int16(), (1, 2, 7, 8)),
            (pa.uint64(), (2**64 - 1, 2, 7, 8)),
            (TEXT, ("a", "A", "1", "01")),
            (pa.large_string(), ("a", "A", "1", "01")),
            (pa.decimal128(38, 0), (2**62 + 1, 2, 7, 8)),
        ],
        ids=str,
    )
    def test_any_one_type(self, engine: Engine, kind: pa.DataType, ids: tuple[Any, ...]) -> None:
        frames = {}
        for name, source in small(kind, ids).items():
            # pandas' plain frames make floats of whole numbers beside a null, with their limits.
            plain = engine.name == "pandas" and pa.types.is_integer(kind)
            frames[name] = (
                source.to_pandas(
                    types_mapper={
                        kind: pd.Int64Dtype() if "u" not in str(kind) else pd.UInt64Dtype()
                    }.get
                )
                if plain
                else engine.make(source)
            )
        resolved = rows_of(engine, resolve(**frames), by="id")
        assert {row["to"] for row in resolved} == {"i@example.org", "b@example.org"}
        deals, clients, introducers = frames.values()
        prefilled = prefill_deals(deals, clients=clients, introducers=introducers)
        rows = {row["introducer_id"]: row for row in rows_of(engine, prefilled, by="id")}
        assert rows[None]["prefill_source"] is None
        (differs,) = (
            row["differs_from_preferred"] for each, row in rows.items() if each is not None
        )
        assert differs
        selection = frames["deals"] if engine.name == "DuckDB" else frames["introducers"]
        changed = change_deals(deals, "client", selection=selection, gate=OPEN)
        assert len(rows_of(engine, changed, by="id")) == 2

    def test_whole_numbers_beside_a_null_in_pandas(self) -> None:
        """They are floats there, and find the whole numbers that they stand for."""
        frames = {name: source.to_pandas() for name, source in small().items()}
        assert str(frames["deals"]["introducer_id"].dtype) == "float64"
        assert resolve(**frames)["to"].tolist() == ["i@example.org", "b@example.org"]

    def test_ids_that_a_float_mixes_up_reach_nobody(self) -> None:
        """2^53 and 2^53 + 1 are one float: neither is taken for the other."""
        sources = small(ids=(2**53, 2**53 + 1, 2**53, 2**53 + 1))
        frames = {name: source.to_pandas() for name, source in sources.items()}
        frames["deals"]["client_id"] = frames["deals"]["client_id"].astype("float64")
        resolved = resolve(**frames)
        assert resolved["to"].isna().all()
        assert set(resolved["notice"]) == {"unknown_id"}

    @EVERY
    def test_narrower_numbers_meet_wider_ones(self, engine: Engine) -> None:
        sources = small()
        narrow = sources["clients"]["id"].cast(pa.int32())
        sources["clients"] = sources["clients"].set_column(0, "id", narrow)
        frames = {name: engine.make(source) for name, source in sources.items()}
        rows = rows_of(engine, resolve(**frames), by="id")
        assert [row["to"] for row in rows] == ["i@example.org", "b@example.org"]

    def test_texts_of_several_sizes(self) -> None:
        sources = small(TEXT, ("a", "b", "c", "d"))
        large = pa.large_string()
        sources["clients"] = sources["clients"].cast(
            pa.schema([(name, large) for name in sources["clients"].column_names])
        )
        wanted = ["i@example.org", "b@example.org"]
        assert resolve(**sources)["to"].to_pylist() == wanted
        mixed: dict[str, Any] = {name: source.to_pandas() for name, source in sources.items()}
        mixed["clients"] = sources["clients"].to_pandas(types_mapper=pd.ArrowDtype)
        mixed["introducers"] = mixed["introducers"].astype(object)
        assert resolve(**mixed)["to"].tolist() == wanted

    def test_categories_meet_texts(self) -> None:
        frames: dict[str, Any] = {
            name: pl.DataFrame(source) for name, source in small(TEXT, ("a", "b", "c", "d")).items()
        }
        for kind in (pl.Categorical, pl.Enum(["a", "b", "c", "d"])):
            frames["deals"] = frames["deals"].with_columns(
                pl.col("id", "client_id", "introducer_id").cast(kind),
                pl.col("rule").cast(pl.Categorical),
            )
            assert resolve(**frames)["to"].to_list() == ["i@example.org", "b@example.org"]
            changed = change_deals(frames["deals"], "client", selection=["a"], gate=OPEN)
            assert changed["change"].to_list() == ["changed", None]
            assert changed.schema["rule"] == pl.Categorical
        arrow = {name: frame.to_arrow() for name, frame in frames.items()}
        assert resolve(**arrow)["to"].to_pylist() == ["i@example.org", "b@example.org"]

    def test_uuids(self) -> None:
        ids = [UUID(int=number) for number in (1, 2, 7, 8)]
        sources = small(TEXT, tuple(map(str, ids)))
        frames: dict[str, Any] = {}
        for name, source in sources.items():
            columns = ", ".join(
                f"{column}::uuid AS {column}" if column.endswith("id") else column
                for column in source.column_names
            )
            frames[name] = duckdb.from_arrow(source).project(columns)
        assert sorted(resolve(**frames).project('"to"').fetchall()) == [
            ("b@example.org",),
            ("i@example.org",),
        ]
        changed = change_deals(frames["deals"], "client", selection=ids[:1], gate=OPEN)
        assert sorted(changed.project("change").fetchall(), key=str) == [("changed",), (None,)]

        objects = {name: source.to_pandas() for name, source in sources.items()}
        for frame in objects.values():
            for column in frame.columns:
                if column.endswith("id"):
                    frame[column] = [
                        UUID(each) if isinstance(each, str) else None for each in frame[column]
                    ]
                    frame[column] = frame[column].astype(object)
        assert resolve(**objects)["to"].tolist() == ["i@example.org", "b@example.org"]
        changed = change_deals(objects["deals"], "client", selection=ids[:1], gate=OPEN)
        assert changed["change"].tolist()[0] == "changed"

    @EVERY
    def test_columns_of_nulls_alone(self, engine: Engine) -> None:
        """On some engines they have a type of their own."""
        sources = small()
        deals = sources["deals"].drop_columns(["introducer_id", "rule"])
        sources["deals"] = deals.append_column("introducer_id", pa.nulls(2)).append_column(
            "rule", pa.nulls(2)
        )
        frames = {name: engine.make(source) for name, source in sources.items()}
        if engine.name == "DuckDB" and "INTEGER" in map(str, frames["deals"].types):
            # Before 2.0, that is the type of its nulls: a user says which text is meant.
            frames["deals"] = frames["deals"].project("* REPLACE (rule::VARCHAR AS rule)")
        rows = rows_of(engine, resolve(**frames), by="id")
        assert [row["to"] for row in rows] == ["a@example.org", "b@example.org"]
        assert {row["reason"] for row in rows} == {"no_introducer"}
        changed = change_deals(frames["deals"], "client", selection=[1], gate=OPEN)
        assert {row["change"] for row in rows_of(engine, changed, by="id")} == {"skipped", None}

    def test_tables_without_types(self) -> None:
        """Nobody has said yet what an empty table would hold."""
        frames = {name: pl.DataFrame(source) for name, source in small().items()}
        frames["introducers"] = pl.DataFrame({"id": [], "email": [], "rule": []})
        resolved = resolve(**frames)
        assert resolved["notice"].to_list() == ["unknown_id", None]
        arrow = {name: frame.to_arrow() for name, frame in frames.items()}
        assert resolve(**arrow)["notice"].to_pylist() == ["unknown_id", None]
        deals, clients, introducers = frames.values()
        prefilled = prefill_deals(deals, clients=clients, introducers=introducers)
        assert prefilled["prefill_notice"].to_list() == ["unknown_id", None]

    def test_other_types_are_refused(self) -> None:
        frames = {name: pl.DataFrame(source) for name, source in small().items()}
        frames["clients"] = frames["clients"].with_columns(pl.col("id").cast(pl.String))
        with pytest.raises(InvalidTypeError) as caught:
            resolve(**frames)
        assert str(caught.value) == (
            "clients.id: got ids of type String; give ids of the type of deals.client_id, Int64; "
            "a lazy column that has no value needs that type too (schema_overrides, or a cast)"
        )


class TestWhatIsRefused:
    """D19, before any row is looked at."""

    FRAMES: ClassVar = {name: source.to_pandas() for name, source in small().items()}

    @pytest.mark.parametrize("lazy", [True, False])
    @pytest.mark.parametrize("version", ["0.20.31", "1.31.0", "1.35.2"])
    def test_a_polars_that_mixes_up_rows(
        self, monkeypatch: pytest.MonkeyPatch, version: str, lazy: bool
    ) -> None:
        deals: Any = pl.DataFrame({"introducer_id": ["A"], "rule": ["client"]})
        deals = deals.lazy() if lazy else deals
        # The version that polars itself says is one that narwhals would remember.
        check = partial(polars.check_version, version)
        monkeypatch.setattr(polars, "check_version", lambda _: check())
        with pytest.raises(ImportError, match=rf"polars 1\.36 or newer.* {version}: pip install"):
            filter_deals(deals, "client", gate=OPEN)

    @pytest.mark.parametrize("version", ["1.36.0", "1.40.0b1", "2.0.0rc1", "10.0.0"])
    def test_any_newer_polars_is_taken(self, version: str) -> None:
        polars.check_version(version)

    @pytest.mark.parametrize(
        ("changed", "message"),
        [
            ({"communication": "Mail_merge"}, "communication: 'Mail_merge' is not a known code"),
            ({"communication": None}, "communication: got None; give a member of Communication"),
            ({"communication": Notice.INVALID_RULE}, "communication: got Notice.INVALID_RULE; "),
            ({"gate": True}, "gate: got True; give a FeatureGate"),
            ({"gate": None}, "gate: got None; give a FeatureGate"),
            ({"suffix": None}, "suffix: got None; give a str to put behind the new names"),
            ({"explain": "de"}, "explain: 'de' is not a known code; give one of 'fr', 'en'"),
            ({"explain": True}, "explain: got True; give one of fr, en"),
            ({"deals": None}, "deals: got None; give a pandas or polars DataFrame, a polars Lazy"),
            ({"clients": [1]}, "clients: got an object of type list; give a"),
            ({"introducers": pd.Series([1])}, "introducers: got an object of type Series; give a"),
            ({"clients": pl.DataFrame({"id": [1]})}, "clients: got a frame of polars; give a "),
        ],
        ids=str,
    )
    def test_resolve(self, changed: Any, message: str) -> None:
        wrong = (InvalidTypeError, UnknownCodeError)
        with pytest.raises(wrong) as caught:
            resolve(**(self.FRAMES | changed))
        assert str(caught.value).startswith(message)
        if "deals" not in changed:
            arguments: dict[str, Any] = {
                "clients": self.FRAMES["clients"],
                "introducers": self.FRAMES["introducers"],
                "communication": "mail_merge",
                "gate": OPEN,
            } | changed
            clients = arguments.pop("clients")
            with pytest.raises(wrong) as caught:
                resolve_clients(clients, **arguments)
            if message == "clients: got a frame of polars; give a ":
                message = "introducers: got a frame of pandas; give a "  # clients come first here
            assert str(caught.value).startswith(message)

    @pytest.mark.parametrize("version", [narwhals, v1, v2], ids=lambda version: version.__name__)
    def test_narwhals_own_frames(self, version: Any) -> None:
        wrapped = version.from_native(self.FRAMES["deals"])
        expected = "deals: got an object of type narwhals.*DataFrame; give a pandas or"
        with pytest.raises(InvalidTypeError, match=expected):
            resolve(**self.FRAMES | {"deals": wrapped})
        with pytest.raises(InvalidTypeError, match="selection: got"):
            change_deals(self.FRAMES["deals"], "client", selection=wrapped, gate=OPEN)
        lazy = version.from_native(pl.LazyFrame({"id": [1]}))
        with pytest.raises(InvalidTypeError, match=r"deals: got an object of type narwhals.*L"):
            resolve(**self.FRAMES | {"deals": lazy})

    def test_frames_of_others(self) -> None:
        """A name that is that of a frame is shown with its module."""
        kind = type("DataFrame", (), {"__module__": "dask.dataframe"})
        with pytest.raises(InvalidTypeError, match=r"clients: got an object of type dask\.dataf"):
            resolve(**self.FRAMES | {"clients": kind()})

    def test_relations_of_two_connections(self) -> None:
        frames = {name: duckdb.from_arrow(source) for name, source in small().items()}
        other = duckdb.connect()
        frames["introducers"] = other.from_arrow(small()["introducers"])
        with pytest.raises(InvalidTypeError) as caught:
            resolve(**frames)
        assert str(caught.value) == (
            "introducers: got a relation of another connection; give one of the connection of deals"
        )

    def test_eager_beside_lazy(self) -> None:
        frames: dict[str, Any] = {name: pl.DataFrame(source) for name, source in small().items()}
        frames["clients"] = frames["clients"].lazy()
        with pytest.raises(InvalidTypeError) as caught:
            resolve(**frames)
        assert str(caught.value) == (
            "clients: got a lazy frame of polars; "
            "give a frame of the same kind as deals, a frame of polars"
        )

    def test_ids_of_two_types_are_named(self) -> None:
        """D17: both columns, wherever ids meet."""
        ours, theirs = small(), small(TEXT, ("a", "b", "c", "d"))
        deals, clients, introducers = ours.values()
        mail: Any = {"communication": "mail_merge", "gate": OPEN}

        def with_texts(column: str) -> pa.Table:
            place = clients.column_names.index(column)
            return clients.set_column(place, column, pa.array(["a", "b"]))

        def answer(of: pa.Table) -> pa.Table:
            nobody = pa.nulls(2, TEXT)
            return pa.table({"id": of["id"], "to": nobody, "cc": nobody})

        def prefill(clients: pa.Table, introducers: pa.Table) -> Any:
            return prefill_deals(deals, clients=clients, introducers=introducers)

        meetings: list[tuple[str, str, Callable[[], Any]]] = [
            (
                "clients.id",
                "deals.client_id",
                lambda: resolve(deals, with_texts("id"), introducers),
            ),
            (
                "introducers.id",
                "deals.introducer_id",
                lambda: resolve(deals, clients, theirs["introducers"]),
            ),
            (
                "introducers.id",
                "clients.introducer_id",
                lambda: resolve_clients(clients, introducers=theirs["introducers"], **mail),
            ),
            ("clients.id", "deals.client_id", lambda: prefill(with_texts("id"), introducers)),
            (
                "clients.introducer_id",
                "deals.introducer_id",
                lambda: prefill(with_texts("introducer_id"), introducers),
            ),
            (
                "introducers.id",
                "deals.introducer_id",
                lambda: prefill(clients, theirs["introducers"]),
            ),
            (
                "selection.id",
                "deals.id",
                lambda: change_deals(deals, "client", selection=theirs["deals"], gate=OPEN),
            ),
            ("before.id", "after.id", lambda: compare(answer(theirs["deals"]), answer(deals))),
        ]
        for given, mine, meet in meetings:
            with pytest.raises(InvalidTypeError) as caught:
                meet()
            got = f"{given}: got ids of type String; give ids of the type of {mine}, Int64"
            assert str(caught.value) == got

    def test_filter(self) -> None:
        deals = self.FRAMES["deals"]
        with pytest.raises(UnknownCodeError, match=r"^wanted: 'nobody'"):
            filter_deals(deals, "nobody", gate=OPEN)
        with pytest.raises(InvalidTypeError, match=r"^wanted: got None"):
            filter_deals(deals, None, gate=OPEN)  # type: ignore[arg-type]

    def test_change(self) -> None:
        deals = self.FRAMES["deals"]
        with pytest.raises(UnknownCodeError, match=r"^rule: 'none' is not"):
            change_deals(deals, "none", selection=[], gate=OPEN)
        with pytest.raises(InvalidTypeError, match=r"^gate: got True; give a FeatureGate"):
            change_deals(deals, "client", selection=[], gate=True)  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("selection", "got"),
        [
            (
                None,
                "selection: got None; give a frame of the same kind as deals with a column id, ",
            ),
            (1, "selection: got 1 (int); give a frame of the same kind"),
            ("K1", "selection: got 'K1'; give a frame of the same kind"),
            (b"K1", "selection: got an object of type bytes; give a frame of the same kind"),
            ({1: 2}, "selection: got an object of type dict; give a frame of the same kind"),
            pytest.param(
                iter([1]), "selection: got an object of type list_iterator", id="iterator"
            ),
            ([1, None], "selection[1]: got None; give an int, a str or a UUID"),
            ([True], "selection[0]: got True; give an int, a str or a UUID"),
            ([1.0], "selection[0]: got 1.0 (float); give an int, a str or a UUID"),
            (["1"], "selection[0]: got '1'; give an id of the type of deals.id, Int64"),
            (
                [UUID(int=1)],
                f"selection[0]: got {UUID(int=1)!r}; give an id of the type of deals.id",
            ),
            ([""], "selection[0]: '' is no id"),
            (
                pl.DataFrame({"id": [1]}),
                "selection: got a frame of polars; give a frame of the same",
            ),
            (
                pd.DataFrame({"ID": [1]}),
                "missing: selection.id; add these columns, or rename yours",
            ),
        ],
        ids=str,
    )
    def test_selection(self, selection: Any, got: str) -> None:
        with pytest.raises((InvalidTypeError, EmptyIdError, ColumnsError)) as caught:
            change_deals(self.FRAMES["deals"], "client", selection=selection, gate=OPEN)
        assert str(caught.value).startswith(got)

    def test_selection_of_texts(self) -> None:
        deals = small(TEXT, ("a", "b", "c", "d"))["deals"]
        with pytest.raises(InvalidTypeError) as caught:
            change_deals(deals, "client", selection=["a", 1], gate=OPEN)
        assert str(caught.value) == (
            "selection[1]: got 1 (int); give an id of the type of deals.id, String"
        )

    def test_a_column_that_cannot_hold_the_rule(self) -> None:
        deals = pl.DataFrame(
            {"id": [1], "introducer_id": [7], "rule": ["client"]},
            schema_overrides={"rule": pl.Enum(["client"])},
        )
        with pytest.raises(InvalidTypeError) as caught:
            change_deals(deals, "introducer", selection=[1], gate=OPEN)
        assert str(caught.value) == (
            "deals.rule: got categories without 'introducer'; "
            "give categories that have it, or texts"
        )

    @pytest.mark.parametrize(
        ("gate", "reason"),
        [
            (FeatureGate(premium=False, option_enabled=True), Reason.NOT_PREMIUM),
            (FeatureGate(premium=True, option_enabled=False), Reason.OPTION_OFF),
        ],
    )
    def test_closed(self, gate: FeatureGate, reason: Reason) -> None:
        """D7: the filter and the bulk change are refused, prefilling is not."""
        deals = self.FRAMES["deals"]
        with pytest.raises(FeatureClosedError) as caught:
            filter_deals(deals, "client", gate=gate)
        assert caught.value.reason is reason
        with pytest.raises(FeatureClosedError):
            change_deals(deals, "client", selection=[1], gate=gate)


class TestColumns:
    def test_all_that_are_missing(self) -> None:
        frames = {
            name: source.to_pandas().drop(columns=["id", "rule", "email"], errors="ignore")
            for name, source in small().items()
        }
        with pytest.raises(ColumnsError) as caught:
            resolve(**frames)
        missing = (
            "deals.rule",
            "clients.id",
            "clients.email",
            "introducers.id",
            "introducers.email",
        )
        assert caught.value.missing == missing
        assert caught.value.overwritten == ()
        for column in missing:
            assert column in str(caught.value)

    def test_all_that_would_be_overwritten(self) -> None:
        frames = {name: source.to_pandas() for name, source in small().items()}
        frames["deals"] = frames["deals"].assign(to="x", reason="y", TO="z")
        with pytest.raises(ColumnsError) as caught:
            resolve(**frames)
        assert caught.value.missing == ()
        assert caught.value.overwritten == ("deals.to", "deals.reason")
        assert "suffix" in str(caught.value)
        assert resolve(**frames, suffix="_now")["to"].tolist() == ["x", "x"]

    def test_both_at_once(self) -> None:
        frames = {name: source.to_pandas() for name, source in small().items()}
        frames["deals"] = frames["deals"].assign(cc="x").drop(columns="rule")
        with pytest.raises(ColumnsError) as caught:
            resolve(**frames)
        assert str(caught.value) == (
            "missing: deals.rule; add these columns, or rename yours; "
            "would be overwritten: deals.cc; "
            "rename or drop these columns, or give a suffix if it takes one"
        )
        assert pickle.loads(pickle.dumps(caught.value)) == caught.value

    def test_all_that_the_error_carries(self) -> None:
        error = ColumnsError(["a.b"], ["a.c"], ["a.d", "a.e"], ["B", "b "])
        for other in (error, copy.copy(error), pickle.loads(pickle.dumps(error))):
            assert (other.missing, other.overwritten) == (("a.b",), ("a.c",))
            assert (other.repeated, other.similar) == (("a.d", "a.e"), ("B", "b "))
            assert other == error
        assert str(error) == (
            "missing: a.b; add these columns, or rename yours ('B', 'b '); "
            "would be overwritten: a.c; "
            "rename or drop these columns, or give a suffix if it takes one; "
            "more than once: a.d, a.e; give each column a name of its own"
        )

    def test_sql_does_not_tell_upper_from_lower_case(self) -> None:
        frames = {name: duckdb.from_arrow(source) for name, source in small().items()}
        frames["deals"] = frames["deals"].project("*, 'x' AS \"TO\"")
        with pytest.raises(ColumnsError) as caught:
            resolve(**frames)
        assert caught.value.overwritten == ("deals.TO",)

    def test_change_and_prefill(self) -> None:
        deals = small()["deals"].append_column("change", pa.nulls(2, TEXT))
        with pytest.raises(ColumnsError):
            change_deals(deals, "client", selection=[1], gate=OPEN)
        sources = small()
        deals = deals.append_column("prefill_source", pa.nulls(2, TEXT))
        with pytest.raises(ColumnsError):
            prefill_deals(deals, clients=sources["clients"], introducers=sources["introducers"])


class TestChange:
    """S14, D11."""

    @EVERY
    def test_every_outcome(self, engine: Engine) -> None:
        deals = engine.make(small()["deals"])
        for selection, rule, outcomes in (
            ([1, 2], "introducer", ["unchanged", "skipped"]),
            ([1, 2], "client", ["changed", "skipped"]),
            ([2], "client", [None, "skipped"]),
        ):
            changed = change_deals(deals, rule, selection=selection, gate=OPEN)
            assert [row["change"] for row in rows_of(engine, changed, by="id")] == outcomes

    @EVERY
    def test_an_empty_selection_changes_nothing(self, engine: Engine) -> None:
        deals = engine.make(small()["deals"])
        nobody = engine.make(small()["deals"].slice(0, 0))
        selections: list[Any] = [[], (), set(), nobody]
        for selection in selections:
            changed = change_deals(deals, "client", selection=selection, gate=OPEN)
            rows = rows_of(engine, changed, by="id")
            assert [row["change"] for row in rows] == [None, None]
            assert [row["rule"] for row in rows] == ["introducer", None]

    @EVERY
    def test_a_column_as_selection(self, engine: Engine) -> None:
        """`deals["id"].unique()`, as each engine has it, and NumPy's arrays for all."""
        deals = engine.make(small()["deals"])
        selections: list[Any] = [np.array([2, 9]), np.array([2], "uint8"), pd.Series([2]).unique()]
        if isinstance(deals, pd.DataFrame):
            last = deals[deals["id"] == 2]["id"]
            selections += [last, last.unique(), last.array, pd.Index(last), last.astype("float32")]
            selections += [last.astype(object), pd.Series([2, None]), last.astype("Int64").unique()]
        elif isinstance(deals, pl.DataFrame):
            selections += [deals["id"].filter(deals["id"] == 2).unique(), pl.Series([2, None])]
        elif isinstance(deals, pa.Table):
            selections += [deals["id"].slice(1).unique(), deals["id"].slice(1), pa.array([2.0])]
        for selection in selections:
            changed = change_deals(deals, "client", selection=selection, gate=OPEN)
            rows = rows_of(engine, changed, by="id")
            assert [row["change"] for row in rows] == [None, "skipped"], selection
        with pytest.raises(InvalidTypeError, match="selection"):
            change_deals(deals, "client", selection=np.array(["a"]), gate=OPEN)

    @EVERY
    def test_strange_rules_are_replaced(self, engine: Engine) -> None:
        deals = table(
            [{"id": 1, "introducer_id": 7, "rule": "strange"}],
            id=INT,
            introducer_id=INT,
            rule=TEXT,
        )
        changed = change_deals(engine.make(deals), "client", selection={1}, gate=OPEN)
        (row,) = engine.rows(changed)
        assert (row["rule"], row["change"]) == ("client", ChangeOutcome.CHANGED.value)


def test_every_communication_is_taken_by_member_and_by_code() -> None:
    frames = small()
    for communication in Communication:
        by_member = resolve(**frames, communication=communication)
        by_code = resolve(**frames, communication=communication.value)
        assert by_member.to_pylist() == by_code.to_pylist(), communication
