"""The notebook of the examples runs from its first cell to its last."""

from __future__ import annotations

import importlib.util
from pathlib import Path

NOTEBOOK = Path(__file__).parents[2] / "examples" / "what_would_change.py"


def test_it_runs_headless() -> None:
    spec = importlib.util.spec_from_file_location("what_would_change", NOTEBOOK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    outputs, found = module.app.run()
    assert "marimo edit examples/what_would_change.py" in str(outputs[0].text)

    both, by_introducer = found["both"], found["by_introducer"]
    assert len(both) == 100_000
    assert by_introducer.select("both", "client", "introducer", "nobody").sum().sum_horizontal()[
        0
    ] == len(both.filter(both["introducer_id"].is_not_null()))
    assert found["by_reason"]["contracts"].sum() == len(both)
    assert 0 < len(found["lost"]) < len(found["changed"]) < len(both)
    assert found["chart"].to_dict()["mark"]["type"] == "bar"
