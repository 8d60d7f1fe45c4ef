"""All measurements of the core: `python -m benchmarks`."""

from . import bulk, importing, memory, scalar

for benchmark in (scalar, bulk, memory, importing):
    benchmark.main()
