"""What code hosts read says the same on each of them, and runs what a contributor runs."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WORKFLOW = (ROOT / ".github/workflows/test.yml").read_text(encoding="utf-8")

TEMPLATES = {
    ".github/ISSUE_TEMPLATE/fault.md": ".gitlab/issue_templates/fault.md",
    ".github/ISSUE_TEMPLATE/question.md": ".gitlab/issue_templates/question.md",
    ".github/pull_request_template.md": ".gitlab/merge_request_templates/default.md",
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_templates_of_two_hosts_say_the_same(name: str) -> None:
    one, other = ((ROOT / path).read_text(encoding="utf-8") for path in (name, TEMPLATES[name]))
    assert re.sub(r"\A---\n.*?---\n\n", "", one, flags=re.DOTALL) == other
    assert "no addresses of people" in other


def test_the_workflow_runs_commands_of_the_makefile() -> None:
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    runs = re.findall(r"- run: (.+)", WORKFLOW)
    assert runs == ["make test", "make spelling", "make wasm"]
    assert {run.removeprefix("make ") for run in runs} <= set(targets)


def test_every_python_that_is_named_is_tested() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    classifiers = "\n".join(project["classifiers"])
    (matrix,) = re.findall(r"python: \[(.+)\]", WORKFLOW)
    tested = re.findall(r'"([\d.]+)"', matrix)
    assert re.findall(r"Python :: (3\.\d+)$", classifiers, re.MULTILINE) == tested
    assert project["requires-python"] == f">={tested[0]}"


def test_the_back_office_asks_for_what_its_group_has() -> None:
    """Its requirements are for who copies the folder; pip reads a path from where it runs."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    lines = (ROOT / "examples/backoffice/requirements.txt").read_text("utf-8").splitlines()
    required = [line.partition("#")[0].strip() for line in lines]
    assert sorted(filter(None, required)) == sorted(["../..", *groups["backoffice"]])
