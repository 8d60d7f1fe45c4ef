"""The rule book on tables: the core's answers for whole portfolios, at the engine's own speed.

Native frame in, frame of the same kind out: pandas (plain and pyarrow types), polars (eager and
lazy), pyarrow tables, DuckDB relations and PySpark DataFrames. Lazy stays lazy: nothing is
collected, counted or sampled.

| table | columns |
| --- | --- |
| deals | `id`, `client_id`, `introducer_id`, `rule` |
| clients | `id`, `email`, `introducer_id` (the preferred introducer), `rule` |
| introducers | `id`, `email`, `rule` |

`introducer_id`, `rule` and `email` may be null: no introducer, the default rule `client` (S4), no
address. Each function needs the columns that it names, and leaves all others as they are. Row order
is kept where the engine has one.

| column | types |
| --- | --- |
| ids (D17) | whole numbers, texts, or UUIDs (of DuckDB and pyarrow, or pandas' objects) |
| `rule` | texts |
| `email` | texts, or lists of texts (D20) |

- Whole numbers are integers of any size, decimals without a fraction (`decimal(20, 0)`), and
  floats, because pandas makes floats of integers where one is null. They compare exactly, whatever
  their types. A float from 2^53 on (2^24 in 32 bits, 2^11 in 16) could be any of several numbers:
  no table has such an id, nor one with a fraction.
- Texts are of any type of texts, or categories of texts; they compare letter by letter, also where
  the database has a collation. An empty text matches no id.
- Lists hold several addresses a party, in `clients`, in `introducers` or in both: `List` or `Array`
  of polars, lists of any kind of pyarrow, `VARCHAR[]` of DuckDB, ``array<string>`` of Spark, and in
  pandas Arrow's lists or objects that are lists, tuples or NumPy's arrays. Nulls in them are
  ignored; an empty list, like null, is a party without address.
- pandas' objects must all be numbers (integers, floats, decimals), all texts, all UUIDs, or all
  lists of texts.
- Columns that hold nulls alone may be of any type, where that can be seen without running a query:
  in pandas, pyarrow and polars' eager frames. A lazy frame needs the type that the values would
  have, or the engine's own type for nulls. DuckDB before 2.0 has no such type, and takes `NULL` for
  an integer: write `NULL::VARCHAR` for a column of texts.
- Names are data: a column may have any, and keeps it. DuckDB and Spark take upper and lower case
  for the same.

All else is refused with an `InvalidTypeError` before any work is done: booleans, dates, bytes,
lists of anything but texts, categories of numbers, ids of two kinds that should meet.

Needs narwhals: `pip install "partner-comms[frames]"`.
"""

try:
    import narwhals.stable.v2  # noqa: F401
except ImportError as _error:
    raise ImportError(
        "partner_comms.frames needs narwhals 2.20 or newer: pip install 'partner-comms[frames]'"
    ) from _error

from ..codes import AnswerChange, PrefillNotice
from ._compare import compare
from ._prefill import prefill_deals
from ._resolve import resolve_clients, resolve_deals
from ._selection import change_deals, filter_deals
from ._tables import ColumnsError

__all__ = [
    "AnswerChange",
    "ColumnsError",
    "PrefillNotice",
    "change_deals",
    "compare",
    "filter_deals",
    "prefill_deals",
    "resolve_clients",
    "resolve_deals",
]
