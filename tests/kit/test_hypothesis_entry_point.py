"""The entry point: types just work, nothing is imported too early, and no host's run breaks."""

from __future__ import annotations

import importlib
import logging
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import _partner_comms_hypothesis as entry_point
import partner_comms
from partner_comms import Client, Contract, Deal, FeatureGate, Project, strategies


@dataclass(frozen=True)
class HostThing:
    """A value of a host's, made of ours."""

    contract: Contract
    deal: Deal
    gate: FeatureGate
    client: Client | None


@given(...)
@settings(max_examples=20)
def test_by_annotation(contract: Contract, deal: Deal, gate: FeatureGate) -> None:
    assert type(contract) is Contract
    assert type(deal) in (Contract, Project)
    assert type(gate) is FeatureGate


class TestInAHostsTests:
    @given(st.builds(HostThing))
    @settings(max_examples=20)
    def test_nested(self, thing: HostThing) -> None:
        assert type(thing.contract) is Contract

    @given(st.data())
    @settings(max_examples=20)
    @pytest.mark.parametrize("name", entry_point._STRATEGIES)
    def test_every_type(self, name: str, data: st.DataObject) -> None:
        kind = getattr(partner_comms, name)
        assert type(data.draw(st.from_type(kind))) is kind

    def test_the_strategies_are_ours(self) -> None:
        for name in entry_point._STRATEGIES.values():
            fetched = entry_point._fetching(name)(object)
            assert repr(fetched) == repr(getattr(strategies, name)())

    def test_registered_in_the_package(self) -> None:
        (found,) = (e for e in entry_points(group="hypothesis") if e.name == "partner_comms")
        assert found.load() is entry_point.register


def run(code: str) -> None:
    """Runs `code` in a fresh interpreter, every warning an error, and expects silence."""
    command = [sys.executable, "-W", "error", "-c", dedent(code)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


WORKS = """
from hypothesis import find, settings, strategies as st
small = settings(database=None)
contract = find(st.from_type(partner_comms.Contract), lambda c: True, settings=small)
assert contract.id == 0 and contract.client.name == "", contract
"""


class TestWhoeverComesFirst:
    def test_hypothesis(self) -> None:
        """It does not import us, not even later."""
        run(
            """
            import sys, hypothesis, hypothesis.strategies
            assert "partner_comms" not in sys.modules
            import partner_comms
            assert "partner_comms.strategies" not in sys.modules
            assert type(partner_comms.__spec__.loader) is type(partner_comms.models.__loader__)
            assert not [f for f in sys.meta_path if "partner_comms" in type(f).__module__]
            """
            + dedent(WORKS).replace("\n", "\n            ")
        )

    def test_partner_comms(self) -> None:
        run(
            """
            import sys, partner_comms
            assert "hypothesis" not in sys.modules
            import hypothesis
            assert "partner_comms.strategies" not in sys.modules
            """
            + dedent(WORKS).replace("\n", "\n            ")
        )

    def test_the_strategies(self) -> None:
        run(
            """
            import partner_comms.strategies, partner_comms
            """
            + dedent(WORKS).replace("\n", "\n            ")
        )


TYPES = "\n".join(f"class {name}: pass" for name in entry_point._STRATEGIES)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package in the place of ours, not imported yet."""
    name = f"stand_in_{tmp_path.name}".replace("-", "_")
    (tmp_path / f"{name}.py").write_text(TYPES)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(entry_point, "_PACKAGE", name)
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    yield tmp_path / f"{name}.py"
    sys.modules.pop(name, None)


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> dict[type, Any]:
    """What is registered from now on, for each type, with Hypothesis none the wiser."""
    found: dict[type, Any] = {}
    monkeypatch.setattr(st, "register_type_strategy", found.__setitem__)
    return found


class TestWaiting:
    def test_registers_once_the_package_is_there(
        self, package: Path, registered: dict[type, Any]
    ) -> None:
        entry_point.register()
        assert isinstance(sys.meta_path[0], entry_point._Watch)
        assert registered == {}
        module = importlib.import_module(package.stem)
        assert module.__spec__ is not None
        for loader in (module.__loader__, module.__spec__.loader):
            assert type(loader) is SourceFileLoader
        assert not [f for f in sys.meta_path if isinstance(f, entry_point._Watch)]

    def test_each_type_gets_its_strategy(self, package: Path, registered: dict[type, Any]) -> None:
        entry_point.register()
        importlib.import_module(package.stem)
        made = {kind.__name__: repr(fetch(kind)) for kind, fetch in registered.items()}
        assert made == {
            kind: repr(getattr(strategies, name)())
            for kind, name in entry_point._STRATEGIES.items()
        }

    def test_the_loader_makes_the_module(self) -> None:
        class Maker(SourceFileLoader):
            def create_module(self, spec: ModuleSpec) -> ModuleType:
                return ModuleType(f"made for {spec.name}")

        loader = entry_point._ThenRegister(Maker("a", "a.py"), entry_point._Watch())
        made = loader.create_module(ModuleSpec("a", None))
        assert made is not None
        assert made.__name__ == "made for a"

    def test_looking_is_not_importing(self, package: Path, registered: dict[type, Any]) -> None:
        """A host may ask first whether the package is there, and what its loader knows."""
        entry_point.register()
        spec = find_spec(package.stem)
        assert spec is not None
        assert spec.loader is not None
        assert spec.loader.get_filename() == str(package)  # type: ignore[attr-defined]
        assert registered == {}
        importlib.import_module(package.stem)
        assert len(registered) == len(entry_point._STRATEGIES)

    def test_no_such_package(self, package: Path, registered: dict[type, Any]) -> None:
        package.unlink()
        entry_point.register()
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module(package.stem)
        assert registered == {}

    def test_at_once_where_the_package_is_there_already(
        self, package: Path, registered: dict[type, Any]
    ) -> None:
        importlib.import_module(package.stem)
        entry_point.register()
        assert len(registered) == len(entry_point._STRATEGIES)

    def test_a_module_without_spec(self, package: Path, registered: dict[type, Any]) -> None:
        spec = find_spec(package.stem)
        assert spec is not None
        assert spec.loader is not None
        loader = entry_point._ThenRegister(spec.loader, entry_point._Watch())
        module = ModuleType(package.stem)
        with pytest.raises(ImportError):  # which is up to the loader
            loader.exec_module(ModuleType("other"))
        loader.exec_module(module)
        assert module.__loader__ is spec.loader
        assert registered == {}  # nobody was waiting for it


class TestErrorsBreakNothing:
    """They are logged, and the host's tests go on."""

    @pytest.fixture(autouse=True)
    def _broken(self, package: Path) -> None:
        package.write_text("class CommissionBlock: pass")

    def test_while_hypothesis_is_imported(
        self, package: Path, registered: dict[type, Any], caplog: pytest.LogCaptureFixture
    ) -> None:
        importlib.import_module(package.stem)
        entry_point.register()
        assert len(registered) == 1
        assert [(r.levelno, r.name) for r in caplog.records] == [(logging.ERROR, package.stem)]

    def test_while_the_package_is_imported(
        self, package: Path, registered: dict[type, Any], caplog: pytest.LogCaptureFixture
    ) -> None:
        entry_point.register()
        importlib.import_module(package.stem)
        assert len(registered) == 1
        assert caplog.messages == ["strategies of partner_comms are not registered with Hypothesis"]
