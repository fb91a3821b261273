"""What is held against a file that is worse than Keras, in the words of each kind of figure."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerasapps.config.metric import Metric
from kerasapps.errors import ExportError
from kerasapps.export.artifact import Artifact
from kerasapps.export.gate import Runners, judge_each, loss_objection, tolerated_loss

SHARE = Metric(name="accuracy", key="a", quality="a")
POINTS = Metric(name="BLEU", key="b", quality="b", perfect=100.0, unit="")
ERROR = Metric(name="RMSE", key="e", quality="e", perfect=None, unit="", better="min")


@pytest.mark.parametrize(
    ("metric", "share", "reference", "words"),
    [
        (SHARE, 0.70, 0.75, "5.00 points against Keras (2 of 40 examples)"),
        (POINTS, 0.268, 0.30, "3.20 BLEU against Keras"),
        (ERROR, 5.16, 5.0, "3.20 per cent of RMSE against Keras"),
    ],
)
def test_a_loss_is_counted_as_its_metric_counts(
    metric: Metric, share: float, reference: float, words: str
) -> None:
    said = loss_objection(metric, share, reference, tolerance=1.5, count=40)
    assert said == f"loses {words}; the tolerance is 1.5"
    lost = metric.lost(share, reference)
    assert loss_objection(metric, share, reference, tolerance=lost, count=40) == ""
    assert loss_objection(metric, share, reference, tolerance=lost - 1e-6, count=40)
    assert loss_objection(metric, reference, share, tolerance=0, count=40) == ""


@pytest.mark.parametrize(
    ("tolerance", "lost", "passes"), [(2, 1, True), (2, 2, False), (0, 1, False), (20, 2, True)]
)
def test_one_example_of_a_few_proves_nothing(tolerance: float, lost: int, passes: bool) -> None:
    said = loss_objection(SHARE, (10 - lost) / 12, 10 / 12, tolerance=tolerance, count=12)
    assert (said == "") is passes
    figures = ((10 - lost) / 12, 10 / 12)
    note = tolerated_loss(SHARE, *figures, tolerance=tolerance, count=12)
    tolerated = "1 of 12 examples fewer is right; too few to tell whether it is worse"
    assert note == (tolerated if passes and tolerance == 2 else "")


def test_of_a_very_few_one_example_is_too_large_a_share() -> None:
    assert loss_objection(SHARE, 0.8, 0.9, tolerance=2, count=10) == ""
    assert loss_objection(SHARE, 7 / 9, 8 / 9, tolerance=2, count=9)


def test_one_text_is_no_share_of_other_figures() -> None:
    assert loss_objection(POINTS, 0.25, 0.30, tolerance=1, count=12)
    assert loss_objection(ERROR, 5.4, 5.0, tolerance=1, count=12)


@pytest.mark.parametrize("metric", [SHARE, POINTS, ERROR])
def test_a_figure_that_is_no_number_does_not_pass(metric: Metric) -> None:
    assert loss_objection(metric, float("nan"), 1, tolerance=100, count=4)
    assert loss_objection(metric, 1, float("nan"), tolerance=100, count=4)


def test_an_error_where_keras_has_none_does_not_pass() -> None:
    assert loss_objection(ERROR, 1e-9, 0, tolerance=1000, count=4)
    assert loss_objection(ERROR, 0, 0, tolerance=0, count=4) == ""


def test_each_candidate_has_an_artifact_whatever_becomes_of_it(tmp_path: Path) -> None:
    asked: list[tuple[str, Path]] = []

    def judge(name: str, path: Path) -> Artifact:
        asked.append((name, path))
        if name == "int8":
            raise ExportError("status 3")
        return Artifact.failed(name, "judged")

    candidates = {"int8": tmp_path, "float32": ExportError("no kernel"), "float16": tmp_path / "a"}
    artifacts = judge_each(candidates, judge)
    assert [each.name for each in artifacts] == list(candidates)
    reasons = ["int8 does not run: status 3", "no kernel", "judged"]
    assert [each.reason for each in artifacts] == reasons
    assert not any(each.passed for each in artifacts)
    assert asked == [("int8", tmp_path), ("float16", tmp_path / "a")]


def test_a_folder_is_run_by_another_module_than_a_file(tmp_path: Path) -> None:
    runners = Runners("file", "folder")
    assert runners.of(tmp_path) == "folder" and runners.of(tmp_path / "a.tflite") == "file"
