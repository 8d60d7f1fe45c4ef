"""The rule book on tables: the core's answers for whole portfolios, at the engine's own speed.

Native frame in, frame of the same kind out: pandas (plain and pyarrow types), polars (eager and
lazy), pyarrow tables, DuckDB relations and PySpark DataFrames. Lazy stays lazy: nothing is
collected, counted or sampled. One address a party: a table has one column `email`, and whoever has
several addresses is better served by `resolve_recipients`.

| table | columns |
| --- | --- |
| deals | `id`, `client_id`, `introducer_id`, `rule` |
| clients | `id`, `email`, `introducer_id` (the preferred introducer), `rule` |
| introducers | `id`, `email`, `rule` |

Ids are of any one type, all else is text. `introducer_id`, `rule` and `email` may be null: no
introducer, the default rule `client` (S4), no address. Each function needs the columns that it
names, and carries all others along untouched. Row order is kept where the engine has one.

Needs narwhals: `pip install "partner-comms[frames]"`.
"""

try:
    import narwhals.stable.v2  # noqa: F401
except ImportError as _error:
    raise ImportError(
        "partner_comms.frames needs narwhals 2.20 or newer: pip install 'partner-comms[frames]'"
    ) from _error

from ._prefill import PrefillNotice, prefill_deals
from ._resolve import resolve_clients, resolve_deals
from ._selection import change_deals, filter_deals
from ._tables import ColumnsError

__all__ = [
    "ColumnsError",
    "PrefillNotice",
    "change_deals",
    "filter_deals",
    "prefill_deals",
    "resolve_clients",
    "resolve_deals",
]
