"""What the pages mention is there: code names, paths, commands, version bounds and extras."""

from __future__ import annotations

import ast
import builtins
import codeop
import doctest
import importlib
import keyword
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeGuard

import pytest

import partner_comms

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")]
)
NAMES: Final = [str(page.relative_to(ROOT)) for page in PAGES if "_build" not in page.parts]
SETTINGS: Final[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
EXTRAS: Final[dict[str, list[str]]] = SETTINGS["project"]["optional-dependencies"]
GROUPS: Final[dict[str, list[Any]]] = SETTINGS["dependency-groups"]

FOREIGN: Final = {
    *("CAST", "CHECK", "DECIMAL", "ENUM", "NUMBER", "UPDATE", "decimal", "fixed_size_binary"),
    *("collectstatic", "full_clean", "locmem", "log_actions"),
    *("PGHOST", "PGUSER", "persist", "psycopg"),
}
"""What other projects named, and no code of ours uses."""


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def prose(page: str) -> str:
    return re.sub(r"^\s*```.*?^\s*```", "", page, flags=re.MULTILINE | re.DOTALL)


def spans(page: str) -> list[str]:
    """What the text marks as code, on one line each."""
    return [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", prose(page))]


@cache
def sources() -> dict[Path, ast.Module]:
    found = (
        path
        for folder in ("src", "tests", "examples", "benchmarks", "docs")
        for path in (ROOT / folder).rglob("*.py")
        if "_build" not in path.parts
    )
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in found}


def names_in(tree: ast.AST) -> Iterator[str]:
    """Every name that the code makes or uses, and every text in it that could be one: a code."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.alias(name=name, asname=other):
                yield from name.split(".")
                yield other or ""
            case ast.keyword(arg=str(name)):
                yield name
            case ast.Constant(value=str(text)) if text.isidentifier():
                yield text


@cache
def known_names() -> set[str]:
    """Of all our code, and of the examples in the pages."""
    trees: list[ast.AST] = list(sources().values())
    for page in NAMES:
        blocks = re.findall(r"```python\n(.*?)```", read(page), re.DOTALL)
        trees += [ast.parse(_statements(block)) for block in blocks]
    modules = {part for path in sources() for part in path.relative_to(ROOT).with_suffix("").parts}
    words = set(dir(builtins)) | set(keyword.kwlist) | FOREIGN
    return {name for tree in trees for name in names_in(tree)} | modules | words


def _statements(block: str) -> str:
    """The code of a block, which may show a session at a prompt."""
    if ">>> " not in block:
        return block
    return "".join(example.source for example in doctest.DocTestParser().get_examples(block))


def is_there(dotted: str) -> bool:
    """A public name leads to the end of its dots; of other names each part is known."""
    first, *rest = dotted.split(".")
    if first == "partner_comms":
        return _leads_somewhere(dotted)
    if first in partner_comms.__all__:
        at = getattr(partner_comms, first)
        for part in rest:
            if not hasattr(at, part) and part not in getattr(at, "__annotations__", {}):
                return part in known_names() and issubclass(at, Exception)
            at = getattr(at, part, None)
        return True
    return all(part in known_names() for part in (first, *rest))


def _leads_somewhere(dotted: str) -> bool:
    module, *rest = dotted.split(".")
    at: Any = importlib.import_module(module)
    for part in rest:
        if not hasattr(at, part):
            try:
                importlib.import_module(f"{at.__name__}.{part}")
            except ImportError:
                return False
        at = getattr(at, part)
    return True


# --- Names ----------------------------------------------------------------------------------------

NAME = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?:\([^)]*\))?")
FILE = re.compile(
    r"[\w.{}*…/-]*\.(?:py|typed|md|toml|jsonl?|svg|sql|mjs|yaml|yml|css|png|txt|html|js)"
)


@pytest.mark.parametrize("page", NAMES)
def test_every_code_name_is_there(page: str) -> None:
    codes = [span for span in spans(read(page)) if not FILE.fullmatch(span)]
    named = [NAME.fullmatch(span) for span in codes]
    assert [name[0] for name in named if name and not is_there(name[1])] == []


@pytest.mark.parametrize("page", NAMES)
def test_every_name_is_in_the_module_where_the_page_puts_it(page: str) -> None:
    """As in: `decide` and `DECISIONS` in `rules.py`."""
    listed = r"((?:`[^`]+`(?:,? and |, )?)+),? in `([\w/]+\.py)`"
    for names, module in re.findall(listed, " ".join(prose(read(page)).split())):
        made = made_in(module)
        named = re.findall(r"`([A-Za-z_][\w.]*)`", names)
        assert [name for name in named if not set(name.split(".")) <= made] == [], module


def _is_stored(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def made_in(module: str) -> set[str]:
    """The names that a module of the core defines, or else any module of that name."""
    core = ROOT / "src" / "partner_comms" / module
    paths = [core] if core.exists() else [path for path in sources() if path.match(f"*/{module}")]
    made = set()
    for path in paths:
        module_body = sources()[path].body
        classes = [node for node in module_body if isinstance(node, ast.ClassDef)]
        for node in (*module_body, *(node for kind in classes for node in kind.body)):
            match node:
                case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                    made.add(name)
                case ast.Assign() | ast.AnnAssign():
                    made |= {one.id for one in ast.walk(node) if _is_stored(one)}
    return made


# --- Paths and commands ---------------------------------------------------------------------------

MADE: Final = {"db.sqlite3"}
"""What a command makes."""

FOLDERS: Final = ("", "docs", "examples/backoffice", "examples/backoffice/crm", "src", "tests")
"""Where a path in a page may start, other than at the page itself."""


@cache
def files() -> set[str]:
    folders = ("src", "tests", "examples", "benchmarks", "docs")
    return {path.name for folder in folders for path in (ROOT / folder).rglob("*.*")}


@pytest.mark.parametrize("page", NAMES)
def test_every_path_is_there(page: str) -> None:
    text = read(page)
    named = {span for span in spans(text) if FILE.fullmatch(span)}
    named |= set(re.findall(r"`((?:docs|examples|src|tests|benchmarks)/[\w./-]*)`", text))
    named = {path for path in named - MADE if not re.search(r"[*…{]|_build", path)}
    places = [(ROOT / page).parent, *(ROOT / folder for folder in FOLDERS)]
    places.append(ROOT / "src" / "partner_comms")

    def found(path: str) -> bool:
        return path in files() or any((place / path).exists() for place in places)

    assert [path for path in sorted(named) if not found(path)] == []


@pytest.mark.parametrize("page", NAMES)
def test_every_command_is_there(page: str) -> None:
    text = read(page)
    targets = set(re.findall(r"^([\w-]+):", read("Makefile"), re.MULTILINE))
    made = re.findall(r"(?:^|`)\s*(?:[A-Z_]+=\S+ )*make ([a-z]+)", text, re.MULTILINE)
    assert set(made) <= targets
    scripts = re.findall(r"python ((?:docs|examples)/[\w/]+\.py)", text)
    assert [script for script in scripts if not (ROOT / script).is_file()] == []
    modules = re.findall(r"python -m (partner_comms[\w.]*|benchmarks|tests[\w.]*)", text)
    paths = [module.replace(".", "/") for module in modules]
    places = [(ROOT / folder / path) for path in paths for folder in ("", "src")]
    found = [place for place in places if place.is_dir() or place.with_suffix(".py").is_file()]
    assert len(found) == len(modules)


@pytest.mark.parametrize("page", NAMES)
def test_every_extra_and_group_is_there(page: str) -> None:
    text = read(page)
    lists = re.findall(r"(?:partner[-_]comms|['\"]\.)\[([\w,]+)\]", text)
    named = {extra for extras in lists for extra in extras.split(",")}
    assert named | set(re.findall(r"[Ee]xtra `(\w+)`", text)) <= set(EXTRAS)
    assert set(re.findall(r"--group (\w+)", text)) <= set(GROUPS)


# --- Versions -------------------------------------------------------------------------------------


@cache
def bounds() -> dict[str, set[str]]:
    """The lower bounds of every package, wherever `pyproject.toml` has them."""
    found: dict[str, set[str]] = {}
    for requirement in (
        *SETTINGS["project"]["dependencies"],
        *(one for extra in EXTRAS.values() for one in extra),
        *(one for group in GROUPS.values() for one in group if isinstance(one, str)),
    ):
        name, _, lowest = requirement.partition(">=")
        found.setdefault(name.partition("[")[0], set()).add(lowest.partition(",")[0])
    return found


@pytest.mark.parametrize("page", NAMES)
def test_every_bound_is_that_of_the_project(page: str) -> None:
    said = re.findall(r"([a-z][\w-]+)(?:\[\w+\])?>=([\d.]*\d)", read(page))
    assert [(name, bound) for name, bound in said if bound not in bounds().get(name, ())] == []


def test_the_lowest_engines_are_those_of_the_project() -> None:
    page = read("docs/reference/frames.md")
    for engine in ("pandas", "polars", "pyarrow", "duckdb", "pyspark"):
        (said,) = re.findall(rf"^\| {engine} \| ([\d.]+)", page, re.MULTILINE | re.IGNORECASE)
        (bound,) = bounds()[engine]
        assert said.removesuffix(".0").startswith(bound), engine


@pytest.mark.parametrize("page", NAMES)
def test_every_python_is_supported(page: str) -> None:
    lowest = SETTINGS["project"]["requires-python"].removeprefix(">=")
    for version in re.findall(r"Python (3\.\d+) or (?:later|newer)", read(page)):
        assert version == lowest, page


# --- Blocks that people type ----------------------------------------------------------------------


def test_a_prompt_takes_every_block_of_the_tutorial() -> None:
    """Line by line, as Python before 3.13 reads what is pasted: a blank line ends a statement."""
    for block in re.findall(r"```python\n(.*?)```", read("docs/tutorial.md"), re.DOTALL):
        open_lines: list[str] = []
        for line in [*block.splitlines(), ""]:
            open_lines.append(line)
            if codeop.compile_command("\n".join(open_lines)) is not None:  # a SyntaxError fails
                open_lines = []
        assert not any(open_lines)


def test_the_example_of_the_readme_prints_what_the_page_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", read("README.md"), re.DOTALL)
    (printed,) = re.findall(r"```text\n(.*?)```", read("README.md"), re.DOTALL)
    exec(example, {})
    assert capsys.readouterr().out == printed
    index = read("docs/index.md")
    assert example in index
    assert printed in index
