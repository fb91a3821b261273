"""What an int8 classifier may change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kerasapps.export import integer
from kerasapps.outputs.classes.integer import SCORES, integer_scores, keeps_scores


def test_alike_means_the_same_labels_and_nearly_the_same_scores() -> None:
    expected = np.tile([[0.9, 0.1]], (200, 1))
    assert keeps_scores(expected, expected)
    assert not keeps_scores(expected - [[0.03, -0.03]], expected)
    flipped = expected.copy()
    flipped[:3] = [[0.49, 0.51]]
    assert not keeps_scores(flipped, expected)
    assert keeps_scores(np.concatenate([flipped[:2], expected[2:]]), expected)


def test_files_are_tried_by_the_scores_of_examples(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[Any] = []

    def integer_file(converter: Any, trial: Any, *, folder: Path, **options: Any) -> bytes:
        tried.append((converter, trial, folder))
        return b"content"

    monkeypatch.setattr(integer, "integer_file", integer_file)
    ids = np.ones((2, 5), np.int32)
    np.save(tmp_path / "ids.npy", ids)
    types = {"ids": "int32"}
    job = {"folder": str(tmp_path), "calibration": str(tmp_path / "ids.npy"), "inputs": types}
    assert integer_scores(lambda: "converter", job) == b"content"
    ((converter, trial, folder),) = tried
    assert (converter, folder) == ("converter", tmp_path)
    assert trial.types == types and trial.alike is keeps_scores
    np.testing.assert_array_equal(trial.inputs, ids)
    assert f"{integer_scores.__module__}:{integer_scores.__name__}" == SCORES
