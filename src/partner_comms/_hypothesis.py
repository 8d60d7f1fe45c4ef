"""Registers the strategies with Hypothesis: the entry point that pyproject.toml names.

Hypothesis calls `register` in the middle of its own import, when it is too early to import
`partner_comms.strategies`, which needs it. So `register` gives it functions, which fetch the
strategies once a test asks for a value.
"""

from __future__ import annotations

from collections.abc import Callable
from logging import getLogger
from typing import Any, Final

STRATEGIES: Final = {
    "CommissionBlock": "commission_blocks",
    "Introducer": "introducers",
    "Introduction": "introductions",
    "Client": "clients",
    "Project": "projects",
    "Contract": "contracts",
    "Product": "products",
    "FeatureGate": "gates",
}
"""The strategy for each type. Unions and enums need none: Hypothesis makes those of their parts."""


def register() -> None:
    """Tells Hypothesis how to make our values. An error here must not stop a host's tests, so it is
    logged: a warning may be turned into an error."""
    try:
        from hypothesis.strategies import register_type_strategy

        import partner_comms

        for type_, strategy in STRATEGIES.items():
            register_type_strategy(getattr(partner_comms, type_), fetching(strategy))
    except Exception:
        message = "the strategies of partner_comms are not registered with Hypothesis"
        getLogger("partner_comms").exception(message)


def fetching(name: str) -> Callable[[object], Any]:
    """A function that imports the strategies no sooner than it is called."""

    def strategy(_: object) -> Any:
        from partner_comms import strategies

        return getattr(strategies, name)()

    return strategy
