"""What a contract costs beside its client and its introduction, which contracts can share."""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Iterator

from partner_comms import Client, Contract, Introducer, Introduction

from .measuring import Result


def results(quick: bool) -> Iterator[Result]:
    client = Client(1, introduction=None)
    introduction = Introduction(introducer=Introducer(1))
    contract = Contract(1, client=client, introduction=introduction)
    yield Result("memory", "bytes of a contract, by `sys.getsizeof`", [sys.getsizeof(contract)], 64)

    count = 1_000 if quick else 10_000
    kept: list[Contract | None] = [None] * count
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for n in range(count):
        kept[n] = Contract(1, client=client, introduction=introduction)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    allocated = (after - before) / count
    yield Result("memory", "bytes of a contract, by `tracemalloc`", [allocated], 64.5)
