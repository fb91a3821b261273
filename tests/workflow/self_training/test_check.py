"""What does not go with unlabelled examples is refused before data are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kerasapps.config import RepeatConfig, TextConfig, UnlabelledConfig
from kerasapps.errors import ConfigError
from kerasapps.recipes.registry import TABULAR, TEXT_CLASSIFICATION
from kerasapps.workflow.self_training.check import (
    check_unlabelled,
    refuse_unlabelled_on_machines,
)

OPTIONS = {
    **TEXT_CLASSIFICATION.defaults,
    "unlabelled": UnlabelledConfig(unlabelled="more.csv"),
}


def test_what_goes_with_them_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("more.csv").touch()
    for task, options in ((TEXT_CLASSIFICATION, OPTIONS), (TABULAR, TABULAR.defaults)):
        check_unlabelled(task, options, searches=False, repeat=RepeatConfig())
    check_unlabelled(
        TEXT_CLASSIFICATION,
        TEXT_CLASSIFICATION.defaults,
        searches=True,
        repeat=RepeatConfig(folds=3),
    )


@pytest.mark.parametrize(
    ("changes", "asked", "message"),
    [
        ({}, {"searches": True}, "unlabelled is for a training, not for a search"),
        ({}, {"repeat": RepeatConfig(folds=3)}, "RepeatConfig.folds exclude each other"),
        ({"text": TextConfig(target_kind="number")}, {}, "here the target is a number"),
        ({"text": TextConfig(target_kind="several")}, {}, "here the target is several answers"),
        (
            {"unlabelled": UnlabelledConfig(pseudo_threshold=0.9, pseudo_rounds=1)},
            {},
            "UnlabelledConfig.pseudo_threshold, UnlabelledConfig.pseudo_rounds: of no use without",
        ),
    ],
)
def test_what_does_not_is_refused(
    changes: dict[str, Any], asked: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        check_unlabelled(
            TEXT_CLASSIFICATION,
            {**OPTIONS, **changes},
            **{"searches": False, "repeat": RepeatConfig(), **asked},
        )


@pytest.mark.parametrize("given", ["more.csv", "~/nowhere/at_all", "more"])
def test_what_is_not_there_is_refused_before_labelled_data_are_read(
    given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    options = {**OPTIONS, "unlabelled": UnlabelledConfig(unlabelled=given)}
    with pytest.raises(ConfigError, match=r"UnlabelledConfig\.unlabelled: .* does not exist"):
        check_unlabelled(TEXT_CLASSIFICATION, options, searches=False, repeat=RepeatConfig())


@pytest.mark.parametrize("given", ["builtin:reviews", "@list.txt", "more/part-*.csv", ["a text"]])
def test_names_lists_and_patterns_are_looked_up_later(given: Any) -> None:
    options = {**OPTIONS, "unlabelled": UnlabelledConfig(unlabelled=given)}
    check_unlabelled(TEXT_CLASSIFICATION, options, searches=False, repeat=RepeatConfig())


def test_machines_that_train_together_label_nothing() -> None:
    refuse_unlabelled_on_machines(TEXT_CLASSIFICATION.defaults)
    with pytest.raises(ConfigError, match="on one machine"):
        refuse_unlabelled_on_machines(OPTIONS)
