"""Registers the strategies with Hypothesis: the entry point that pyproject.toml names.

Hypothesis calls `register` in the middle of its own import, when it is too early to import
`partner_comms.strategies`, which needs it. So `register` gives it functions, which fetch the
strategies once a test asks for a value.
"""

from __future__ import annotations

from collections.abc import Callable
from logging import getLogger
from typing import Any, Final, get_args

STRATEGIES: Final = {
    "CommissionBlock": "commission_blocks",
    "Introducer": "introducers",
    "Introduction": "introductions",
    "Client": "clients",
    "Project": "projects",
    "Contract": "contracts",
    "Product": "products",
    "FeatureGate": "gates",
    "Decision": "decisions",
    "Recipients": "recipients",
    "Prefill": "prefills",
    "RuleChange": "rule_changes",
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

    def strategy(type_: object) -> Any:
        from hypothesis import strategies as st

        from partner_comms import strategies

        made = getattr(strategies, name)
        if not get_args(type_):
            return made()
        (deal,) = get_args(type_)  # of a RuleChange, which is the one generic type
        return made(selection=st.lists(st.from_type(deal), max_size=4))

    return strategy
