"""The entry point: types just work in every order of import, and no host's run breaks."""

from __future__ import annotations

import copy
import logging
import os
import pickle
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import partner_comms
from partner_comms import (
    Client,
    Contract,
    Deal,
    FeatureGate,
    Project,
    RuleChange,
    _hypothesis,
    strategies,
)


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


ERRORS = [name for name in partner_comms.__all__ if name.endswith("Error")]


class TestInAHostsTests:
    @given(st.builds(HostThing))
    @settings(max_examples=20)
    def test_nested(self, thing: HostThing) -> None:
        assert type(thing.contract) is Contract

    @given(st.data())
    @settings(max_examples=20)
    @pytest.mark.parametrize("name", _hypothesis.STRATEGIES)
    def test_every_type(self, name: str, data: st.DataObject) -> None:
        kind = getattr(partner_comms, name)
        assert type(data.draw(st.from_type(kind))) is kind

    @given(st.from_type(RuleChange[Contract]), st.from_type(RuleChange[Deal]))
    @settings(max_examples=20)
    def test_of_one_kind_of_deal(
        self, change: RuleChange[Contract], mixed: RuleChange[Deal]
    ) -> None:
        assert {type(deal) for deal in change.after} <= {Contract}
        assert {type(deal) for deal in mixed.after} <= {Contract, Project}

    def test_small_lists_of_the_kind_that_is_asked_for(self) -> None:
        """What Hypothesis asks once, and keeps."""
        fetch = _hypothesis.fetching("rule_changes")
        assert repr(fetch(RuleChange)) == repr(strategies.rule_changes())
        deals = st.lists(st.from_type(Contract), max_size=4)
        assert repr(fetch(RuleChange[Contract])) == repr(strategies.rule_changes(selection=deals))

    @given(st.data())
    @settings(max_examples=20)
    @pytest.mark.parametrize("name", ERRORS)
    def test_errors(self, name: str, data: st.DataObject) -> None:
        """They need no strategy of ours: Hypothesis reads what they are made of."""
        kind = getattr(partner_comms, name)
        error = data.draw(st.from_type(kind))
        assert isinstance(error, kind)
        assert pickle.loads(pickle.dumps(error)) == copy.copy(error) == error
        assert str(error) == str(copy.copy(error))

    def test_each_type_gets_its_strategy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        registered: dict[type, Any] = {}
        monkeypatch.setattr(st, "register_type_strategy", registered.__setitem__)
        _hypothesis.register()
        made = {kind.__name__: repr(fetch(kind)) for kind, fetch in registered.items()}
        assert made == {
            kind: repr(getattr(strategies, name)()) for kind, name in _hypothesis.STRATEGIES.items()
        }

    def test_the_package_names_it(self) -> None:
        (found,) = entry_points(group="hypothesis", name="partner_comms")
        assert found.load() is _hypothesis.register

    def test_an_error_is_logged_and_breaks_nothing(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def broken(*_: object) -> None:
            raise LookupError("no such thing")

        monkeypatch.setattr(st, "register_type_strategy", broken)
        _hypothesis.register()
        (record,) = caplog.records
        assert (record.levelno, record.name) == (logging.ERROR, "partner_comms")
        text = "the strategies of partner_comms are not registered with Hypothesis"
        assert record.getMessage() == text
        assert record.exc_info is not None
        assert str(record.exc_info[1]) == "no such thing"


# --- Fresh interpreters ---------------------------------------------------------------------------

ORDERS = {
    "Hypothesis first": """
        import sys, hypothesis
        assert "partner_comms.strategies" not in sys.modules
        import partner_comms
    """,
    "its strategies first": """
        import sys
        from hypothesis import strategies
        assert "partner_comms.strategies" not in sys.modules
        import partner_comms
    """,
    "partner_comms first": """
        import sys, partner_comms
        assert "hypothesis" not in sys.modules
        import hypothesis
        assert "partner_comms.strategies" not in sys.modules
    """,
    "our strategies first": """
        import partner_comms.strategies
    """,
    "the entry point first": """
        import partner_comms._hypothesis
        import hypothesis
    """,
}

WORKS = """
from hypothesis import HealthCheck, given, settings, strategies as st

@given(contract=..., deal=st.from_type(partner_comms.Deal))
@settings(max_examples=5, database=None, deadline=None, suppress_health_check=list(HealthCheck))
def test_works(contract: partner_comms.Contract, deal) -> None:
    assert type(contract) is partner_comms.Contract
    assert type(deal) in (partner_comms.Contract, partner_comms.Project)
"""

# Without plugins that only take time to start.
PLUGINS = ("-p", "no:cacheprovider", "-p", "no:django", "-p", "no:anyio")
PYTEST = ("-m", "pytest", "-q", "-W", "error", *PLUGINS)
UNDER = {
    "pytest": PYTEST,
    "xdist": (*PYTEST, "-n", "1"),
    "coverage": ("-m", "coverage", "run", "--rcfile=", "--source=partner_comms", *PYTEST),
}


def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Runs a fresh interpreter, every warning an error, on the same package."""
    command = [sys.executable, "-W", "error", *arguments]
    environ = {**os.environ, **environ, "PYTHONPATH": str(Path(partner_comms.__file__).parents[1])}
    done = subprocess.run(command, env=environ, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.mark.parametrize("order", ORDERS)
def test_in_every_order(order: str) -> None:
    done = run("-c", dedent(ORDERS[order]) + WORKS + "test_works()\n")
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("runner", "order"),
    [
        ("pytest", "Hypothesis first"),
        ("pytest", "partner_comms first"),
        ("xdist", "Hypothesis first"),
        ("coverage", "partner_comms first"),
    ],
)
def test_under_what_runs_tests(runner: str, order: str, tmp_path: Path) -> None:
    tests = tmp_path / "test_host.py"
    tests.write_text(dedent(ORDERS[order]) + WORKS, encoding="utf-8")
    done = run(*UNDER[runner], str(tests), COVERAGE_FILE=str(tmp_path / "coverage"))
    assert "1 passed" in done.stdout


def test_a_broken_registration_does_not_stop_the_import() -> None:
    code = """
    import partner_comms
    del partner_comms.Contract
    import hypothesis
    assert hypothesis.settings
    """
    assert "has no attribute 'Contract'" in run("-c", dedent(code)).stderr
