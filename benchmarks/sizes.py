"""`resolve_deals` on small tables and on very large ones.

`python -m benchmarks.sizes ENGINE ours|by_hand FOLDER` asks once, in a process of its own. It
prints the seconds of processor time and the gigabytes of memory that it took at most. Linux only.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from partner_comms import (
    Client,
    CommissionBlock,
    Communication,
    CommunicationRule,
    Contract,
    Introducer,
    Introduction,
    is_email_address,
    resolve_recipients,
)

from .by_hand import CODES
from .cases import OPEN
from .engines import ENGINES, Engine
from .frames import RESOLVE_DEALS
from .measuring import Effort, Result, compare, timed
from .portfolio import Portfolio, portfolio, stored

Asked = Callable[[str, str, str], tuple[float, float]]
NEEDED = ("deals", "clients", "introducers")
EAGER = tuple(engine for engine in ENGINES if engine.name != "polars, lazy")


def results(
    effort: Effort, engines: Sequence[Engine] = EAGER, asked_once: Asked | None = None
) -> Iterator[Result]:
    """`asked_once` is for tests, which need no process of its own."""
    for engine in engines:
        yield crossover(engine, effort)
    with TemporaryDirectory() as small, TemporaryDirectory() as large:
        stored(portfolio(effort.rows), small)
        stored(portfolio(effort.rows * 10), large)
        for engine in engines:
            yield from growth(engine, small, large, asked_once or in_a_process)


# --- Small tables ---------------------------------------------------------------------------------


def crossover(engine: Engine, effort: Effort) -> Result:
    """From how many deals on a call is quicker than records and `resolve_recipients` for each."""
    for size in (digit * 10**zeros for zeros in count(1) for digit in (1, 2, 5)):
        tables = portfolio(size)
        with TemporaryDirectory() as folder:
            native = Portfolio(*map(engine.read, stored(tables, folder)))
            ours = partial(ask, engine, RESOLVE_DEALS.ours, native)
            loop = partial(one_by_one, *(table.rows(named=True) for table in tables[:3]))
            ratio = compare("", "", ours, loop, Effort(size, min(effort.seconds, 0.5)))
        if ratio.median < 1:
            return Result("quicker from", engine.name, [size])
    raise AssertionError("unreachable: there is always a larger size")


def ask(engine: Engine, question: Callable[[Portfolio], Any], tables: Portfolio) -> object:
    return engine.run(question(tables))


Rows = Sequence[dict[str, Any]]


def one_by_one(deals: Rows, clients: Rows, introducers: Rows) -> None:
    """As a host would in a loop over rows: only the records that the deals need are built."""

    def emails(row: dict[str, Any]) -> tuple[str, ...]:
        return (row["email"],) if is_email_address(row["email"]) else ()

    client_rows = {row["id"]: row for row in clients}
    introducer_rows = {row["id"]: row for row in introducers}
    for deal in deals:
        client = client_rows.get(deal["client_id"])
        row = introducer_rows.get(deal["introducer_id"])
        introduction = None
        if row is not None and deal["rule"] in (None, *CODES):
            block = CommissionBlock(rule=deal["rule"] or CommunicationRule.CLIENT)
            introducer = Introducer(row["id"], emails=emails(row))
            introduction = Introduction(introducer=introducer, block=block)
        if client is not None:
            party = Client(client["id"], emails=emails(client), introduction=None)
            contract = Contract(deal["id"], client=party, introduction=introduction)
            resolve_recipients(Communication.FORMAL_NOTICE, contract, gate=OPEN)


# --- Large tables ---------------------------------------------------------------------------------


def growth(engine: Engine, small: str, large: str, asked_once: Asked) -> Iterator[Result]:
    few, _ = asked_once(engine.name, "ours", small)
    many, ours = asked_once(engine.name, "ours", large)
    _, by_hand = asked_once(engine.name, "by_hand", large)
    yield Result("time for a deal", engine.name, [many / few / 10], 1.3)
    yield Result("memory", engine.name, [ours / by_hand], 1.5)
    yield Result("gigabytes", engine.name, [ours])


def in_a_process(name: str, who: str, folder: str) -> tuple[float, float]:
    command = [sys.executable, "-m", __spec__.name, name, who, folder]
    seconds, gigabytes = subprocess.check_output(command, encoding="utf-8").split()
    return float(seconds), float(gigabytes)


def ask_once(name: str, who: str, folder: str) -> tuple[float, float]:
    """The seconds of processor time, and the gigabytes beyond the tables themselves at most."""
    engine = next(engine for engine in ENGINES if engine.name == name)
    paths = Portfolio(*(f"{folder}/{name}.parquet" for name in Portfolio._fields))
    tables = paths._replace(**{name: engine.read(getattr(paths, name)) for name in NEEDED})
    Path("/proc/self/clear_refs").write_text("5", "utf-8")  # forgets the highest memory so far
    before = kilobytes("VmRSS")
    by_hand = partial(RESOLVE_DEALS.by_hand, engine.by_hand)
    question = RESOLVE_DEALS.ours if who == "ours" else by_hand
    seconds = timed(partial(ask, engine, question, tables), engine.clock)
    return seconds, max(kilobytes("VmHWM") - before, 1) / 1e6


def kilobytes(what: str) -> int:
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what))


if __name__ == "__main__":
    print(*ask_once(*sys.argv[1:]))
