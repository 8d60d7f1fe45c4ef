"""What a contract costs beside its client and its introduction, which contracts can share."""

from __future__ import annotations

import sys
import tracemalloc

from partner_comms import Client, Contract, Introducer, Introduction

from .timing import report


def main() -> None:
    client = Client(1, introduction=None)
    introduction = Introduction(introducer=Introducer(1))
    report("bytes of a contract, by its size", sys.getsizeof(contract_of(client, introduction)), 64)

    count = 10_000
    kept: list[Contract | None] = [None] * count
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for n in range(count):
        kept[n] = Contract(1, client=client, introduction=introduction)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    report("bytes of a contract, as allocated", (after - before) / count, 64.5)


def contract_of(client: Client, introduction: Introduction) -> Contract:
    return Contract(1, client=client, introduction=introduction)


if __name__ == "__main__":
    main()
