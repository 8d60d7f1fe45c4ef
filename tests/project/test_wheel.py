"""What a host installs: the built wheel, with one extra at a time, away from the source tree."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path
from textwrap import dedent

import pytest

pytestmark = pytest.mark.unmeasured

ROOT = Path(__file__).parents[2]


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, encoding="utf-8", check=False, cwd=cwd
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    run(*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", target, ROOT, cwd=target)
    (built,) = target.glob("*.whl")
    return built


CORE = """
import sys
import partner_comms

others = {"hypothesis", "cattrs", "narwhals", "json", "partner_comms.conformance"}
assert not others & set(sys.modules)
gate = partner_comms.FeatureGate(premium=True, option_enabled=True)
martin = partner_comms.Client(1, emails="martin@example.org", introduction=None)
answer = partner_comms.resolve_recipients("mail_merge", about=martin, gate=gate)
assert answer.to == ("martin@example.org",)

from partner_comms.conformance import cases, check
answers = {str(case.input): case.expected for case in cases()}
assert check(lambda asked: answers[str(asked)]).passed
"""

HYPOTHESIS = """
import sys
import hypothesis
import hypothesis.strategies as st

assert "partner_comms.strategies" not in sys.modules
import partner_comms
from partner_comms import strategies

small = hypothesis.settings(
    database=None, phases=[hypothesis.Phase.generate, hypothesis.Phase.shrink]
)
found = hypothesis.find(st.from_type(partner_comms.Contract), lambda _: True, settings=small)
assert found == hypothesis.find(strategies.contracts(), lambda _: True, settings=small)
"""

JSON = """
from partner_comms import Client
from partner_comms.serialization import InvalidDataError, dump, load

martin = Client(1, emails="martin@example.org", introduction=None)
assert load(dump(martin), Client) == martin
try:
    load({}, Client)
except InvalidDataError as error:
    assert len(error.errors) == 4
"""

FRAMES = """
from partner_comms import FeatureGate, InvalidTypeError
from partner_comms.frames import filter_deals

gate = FeatureGate(premium=True, option_enabled=True)
try:
    filter_deals([], "client", gate=gate)
except InvalidTypeError as error:
    assert error.field == "deals", error
"""

EXTRAS = {
    "frames": ("frames", FRAMES),
    "hypothesis": ("strategies", HYPOTHESIS),
    "json": ("serialization", JSON),
}
"""The module that each extra is for, and what a host does with it."""

MISSING = """
try:
    import partner_comms.{module}
except ImportError as error:
    assert "pip install 'partner-comms[{extra}]'" in str(error), error
else:
    raise AssertionError("it should need the extra")
"""


def test_contents(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"partner_comms"}
    assert {
        "partner_comms/py.typed",
        "partner_comms/conformance/cases.jsonl",
        "partner_comms/conformance/case.schema.json",
    } <= set(names)


@pytest.mark.parametrize("extra", ["", *EXTRAS])
def test_with_one_extra(extra: str, wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=False)
    bin_ = environment / ("Scripts" if os.name == "nt" else "bin")
    python = bin_ / "python"
    named = f"partner-comms[{extra}] @ {wheel.as_uri()}" if extra else str(wheel)
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python)
    run(*pip, "install", "--quiet", "--no-compile", named, cwd=tmp_path)

    missing = [
        MISSING.format(module=module, extra=name)
        for name, (module, _) in EXTRAS.items()
        if name != extra
    ]
    scripts = [CORE + "".join(missing)]
    if extra:
        scripts.append(EXTRAS[extra][1])
    for script in scripts:
        run(python, "-I", "-W", "error", "-c", dedent(script), cwd=tmp_path)
    written = run(python, "-I", "-m", "partner_comms.conformance", cwd=tmp_path)
    assert written.startswith('{"id": "resolve/')
