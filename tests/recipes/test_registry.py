"""Every task: its names, its figures, and the options of its recipe where nobody sets any."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import Any

import pytest

from kerasapps.config import (
    ExportConfig,
    ImageConfig,
    LoadConfig,
    ModelConfig,
    TextConfig,
    TrainConfig,
    TranslationConfig,
)
from kerasapps.errors import BundleError
from kerasapps.recipes.registry import (
    IMAGE_CLASSIFICATION,
    SENTIMENT,
    TASKS,
    TRANSLATION,
    Metric,
    task_of,
)

COMMON = {"load": LoadConfig(), "train": TrainConfig(), "export": ExportConfig()}


CLASSES = {"label_column", "unknown_classes"}
PAIRS = {f"{side}_{what}" for side in ("source", "target") for what in ("column", "language")}


@pytest.mark.parametrize(
    ("task", "defaults", "figures", "options"),
    [
        (
            IMAGE_CLASSIFICATION,
            {"model": ModelConfig(model="mobile_cnn"), "image": ImageConfig()},
            ("accuracy", "macro_f1"),
            {"image_column", *CLASSES},
        ),
        (
            SENTIMENT,
            {"model": ModelConfig(model="bag_of_ngrams"), "text": TextConfig()},
            ("accuracy", "macro_f1"),
            {"text_column", "encoding", *CLASSES},
        ),
        (
            TRANSLATION,
            {"model": ModelConfig(model="transformer"), "translation": TranslationConfig()},
            ("bleu", "bleu"),
            {"beam", "encoding", *PAIRS},
        ),
    ],
)
def test_tasks(
    task: str, defaults: dict[str, Any], figures: tuple[str, str], options: set[str]
) -> None:
    figure, judged = figures
    known = TASKS[task]
    assert known.defaults == {**defaults, **COMMON}
    assert (known.figure, known.quality) == (f"val_{figure}", figure)
    assert (known.judged, known.judged_figure) == (judged, f"val_{judged}")
    assert known.options == options
    assert known.trial_values == ({"beam": 1} if task == TRANSLATION else {})
    assert set(known.trial_values) <= {
        name for section in known.defaults.values() for name in vars(section)
    }
    assert known.steps.__name__ == f"{known.package}.train"


def test_figures_are_shares_of_the_best_that_can_be() -> None:
    assert TASKS[SENTIMENT].metric.share({"accuracy": 0.75}) == 0.75
    assert TASKS[TRANSLATION].metric.share({"bleu_greedy": 25.0}) == 0.25
    assert TASKS[SENTIMENT].metric.unit == " %" and TASKS[TRANSLATION].metric.unit == ""
    metric = Metric("error", "error", perfect=2)
    assert metric.share({"error": 1}) == 0.5
    for frozen in (metric, TASKS[SENTIMENT]):
        with pytest.raises(dataclasses.FrozenInstanceError):
            frozen.name = "another"  # type: ignore[misc, union-attr]


def test_a_bundle_of_another_task_is_refused() -> None:
    manifest: Any = SimpleNamespace(task=SENTIMENT, folder="a/bundle")
    assert task_of(manifest) is TASKS[SENTIMENT]
    manifest.task = "sorting"
    with pytest.raises(BundleError, match=r"a/bundle is for 'sorting', which this version lacks"):
        task_of(manifest)
