"""Registers the strategies of partner_comms with Hypothesis: its entry point.

Hypothesis loads entry points in the middle of its own import, when it is too early to import a
package that needs it. So this module stands beside partner_comms, not in it, and imports nothing:
it registers once both are there, whichever comes first, and even then only functions, which fetch
`partner_comms.strategies` when a test asks for a value.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from logging import getLogger
from types import ModuleType
from typing import Any

_PACKAGE = "partner_comms"
_STRATEGIES = {
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
    """What Hypothesis calls while it is being imported. It never raises."""
    try:
        if package := sys.modules.get(_PACKAGE):
            _register_types(package)
        else:
            sys.meta_path.insert(0, _Watch())
    except Exception:
        _report()


def _report() -> None:
    """A host's tests are not ours to break, so say it and go on; not as a warning, which may be
    turned into an error."""
    getLogger(_PACKAGE).exception("strategies of partner_comms are not registered with Hypothesis")


def _register_types(package: ModuleType) -> None:
    from hypothesis.strategies import register_type_strategy

    for type_name, strategy_name in _STRATEGIES.items():
        register_type_strategy(getattr(package, type_name), _fetching(strategy_name))


def _fetching(name: str) -> Callable[[object], Any]:
    def strategy(_: object) -> Any:
        from partner_comms import strategies

        return getattr(strategies, name)()

    return strategy


class _Watch(MetaPathFinder):
    """Waits in `sys.meta_path` until partner_comms is imported."""

    _looking = False

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != _PACKAGE or self._looking:
            return None
        self._looking = True
        try:
            spec = find_spec(fullname)  # whoever would have found it without us
        finally:
            self._looking = False
        if spec is not None and spec.loader is not None:
            spec.loader = _ThenRegister(spec.loader, self)
        return spec


class _ThenRegister(Loader):
    """The package's own loader, but for one thing that it does afterwards."""

    def __init__(self, loader: Loader, watch: _Watch) -> None:
        self._loader = loader
        self._watch = watch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        try:
            sys.meta_path.remove(self._watch)
            _register_types(module)
        except Exception:
            _report()
