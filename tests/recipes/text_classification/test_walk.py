"""The whole way of the task, as every task must go it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import kerasapps
from kerasapps.recipes.text_classification.task import TASK
from tests.check_task import Walk, check_task
from tests.data.text_samples import rows, write_csv
from tests.recipes.several import check_several

TEXTS = ["a good film", "bad and dull"]


def _table(folder: Path) -> Path:
    folder.mkdir()
    return write_csv(folder / "texts.csv", rows(80))


WALK = Walk(
    write_data=_table,
    options={"model": "bag_of_embeddings", "width": 0.25, "max_length": 8, "epochs": 6},
    inputs=lambda data: (TEXTS, TEXTS),
    explained=lambda data: TEXTS[0],
    beside=frozenset({"vocab.txt"}),
)


@pytest.mark.slow  # classes are walked by pictures, texts by the walk to several answers
def test_the_whole_way(tmp_path: Path, run_here: Callable[..., Any]) -> None:
    check_task(TASK, WALK, folder=tmp_path, run=run_here)


def _numbers(folder: Path) -> Path:
    folder.mkdir()
    numbers = [
        [text, f"{3.5 + place / 40 + 2 * (label == 'pos')}"]
        for place, (text, label) in enumerate(rows(80))
    ]
    return write_csv(folder / "stars.csv", numbers, header=("text", "stars"))


def _several(folder: Path, *, first: int = 0) -> Path:
    folder.mkdir()
    answers = [
        [
            text,
            label,
            "|".join(sign for sign, every in (("odd", 2), ("third", 3)) if place % every),
            f"{3.5 + place / 40 + 2 * (label == 'pos')}",
        ]
        for place, (text, label) in enumerate(rows(80, first=first))
    ]
    return write_csv(folder / "several.csv", answers, header=("text", "label", "signs", "size"))


def test_the_whole_way_to_several_answers(tmp_path: Path, run_here: Callable[..., Any]) -> None:
    columns = ("label", "signs:labels", "size:number")
    options = {**WALK.options, "target_columns": columns}
    walk = dataclasses.replace(WALK, write_data=_several, options=options)
    check_task(TASK, walk, folder=tmp_path, run=run_here, kill=False)
    bundle = tmp_path / "run" / "bundle"
    check_several(bundle, TEXTS[0], tmp_path, run=run_here)
    figures = kerasapps.evaluate_bundle(bundle, _several(tmp_path / "more", first=1000)).to_dict()
    assert figures["examples"] == 80 and set(figures["answers"]) == {"label", "signs", "size"}
    explained = kerasapps.explain_text(bundle, TEXTS[0], target="size").to_dict()
    assert explained["score"] == pytest.approx(
        kerasapps.load_bundle(bundle).predict(TEXTS[0])[0]["size"].value
    )
    with pytest.raises(kerasapps.ConfigError, match=rf"'size' of {bundle} answers a number"):
        kerasapps.explain_text(bundle, TEXTS[0], target="size", label="good")
    printed = run_here("explain", bundle, TEXTS[0], "--target", "size", "--json")
    assert json.loads(printed.stdout) == json.loads(json.dumps(explained))


@pytest.mark.slow  # the walk to several answers has a number among them
def test_the_whole_way_to_a_number(tmp_path: Path, run_here: Callable[..., Any]) -> None:
    walk = dataclasses.replace(WALK, write_data=_numbers)
    check_task(TASK, walk, folder=tmp_path, run=run_here, kill=False)
