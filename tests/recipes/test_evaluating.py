"""A bundle is judged by what it answers, on examples that its task finds."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kerasapps.outputs.labels.bundle import LabelBundle
from kerasapps.recipes import evaluating
from kerasapps.recipes.evaluating import evaluate_answers
from kerasapps.workflow import held_out


@pytest.mark.parametrize(
    ("options", "columns"),
    [({"unknown_classes": "skip"}, ("red", "fast")), ({"label_column": "tags"}, ())],
)
def test_other_data_may_have_its_labels_in_one_column(
    options: dict[str, Any], columns: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle: Any = LabelBundle.__new__(LabelBundle)
    settings = {"image": {"target_columns": ["red", "fast"]}}
    bundle.manifest = SimpleNamespace(settings=settings, answer={"kind": "labels"}, labels=("a",))
    asked: dict[str, Any] = {}
    monkeypatch.setattr(held_out, "usable_examples", lambda *_, **given: asked.update(given))
    monkeypatch.setattr(evaluating, "set_figures", lambda *_, **given: asked.update(judged=given))
    task: Any = SimpleNamespace(section="image")
    evaluate_answers(task, bundle, [], options=options, max_broken=0.0, scratch=Path())
    assert "unknown_classes" not in asked["options"] and asked["judged"]["options"] == options
    assert asked["usual"] == {"target_kind": "labels", "target_columns": columns}
