"""What scripts say of a file's scores: a class, the labels of a set, or a number."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kerasapps.outputs.labels.answer import explain_thresholds
from kerasapps.outputs.numbers.answer import NUMBER_ANSWER
from tests.examples.scripts import functions_of, plain_bundle

SETS = explain_thresholds([0.5, 0.95, 0.1, np.float32(0.3)])
LABELS = ("a", "b", "c", "d")
VOCABULARY = {"files": [{"path": "vocab.txt"}], "columns": []}


@pytest.mark.parametrize(
    ("answer", "scores", "told"),
    [
        (NUMBER_ANSWER, [-3.5], ([""], [-3.5])),
        (SETS, [0.75, 0.875, 0.125, 0.25], (["a", "c"], [0.75, 0.125])),
        (SETS, [0.25, 0.875, 0.0, np.float32(0.3)], (["d"], [np.float32(0.3)])),
        (SETS, [0.0, 0.0, 0.0, 0.0], ([], [])),
        ({"kind": "classes"}, [0.25, 0.0, 0.5, 0.25], (["c"], [0.5])),
    ],
)
@pytest.mark.parametrize("script", ["pictures", "texts", "wordpieces", "rows", "sounds"])
def test_answers_are_what_the_bundle_says(
    script: str,
    answer: Mapping[str, Any],
    scores: list[float],
    told: tuple[list[str], list[float]],
    tmp_path: Path,
) -> None:
    labels = () if answer is NUMBER_ANSWER else LABELS
    bundle = plain_bundle(tmp_path / "bundle", VOCABULARY, answer=answer, labels=labels)
    (bundle / "vocab.txt").write_text("", encoding="utf-8")
    functions = functions_of(f"run_{script}", bundle)
    (how,) = functions["answers"].values()
    assert functions["told"](np.array(scores, np.float32), how) == told
