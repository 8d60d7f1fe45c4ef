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

    compared, by_introducer = found["compared"], found["by_introducer"]
    assert len(compared) == 100_000
    introduced = compared.filter(compared["introducer_id"].is_not_null())
    reached = by_introducer.select("both", "client", "introducer", "nobody")
    assert reached.sum().sum_horizontal()[0] == len(introduced)
    for table in ("by_reason", "by_change"):
        assert found[table]["contracts"].sum() == len(compared)
    assert set(compared["change"]) > {"same", "redirected", "copy_added", "silenced"}
    assert 0 < len(found["lost"]) < len(found["changed"]) < len(compared)
    assert found["examples"]["why"].is_unique().all()
    assert found["chart"].to_dict()["mark"]["type"] == "bar"
