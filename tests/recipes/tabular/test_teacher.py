"""Rows that a teacher answers: a class, a number, and several at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import kerasapps
from kerasapps import CompressConfig, ExportConfig, ModelConfig, TabularConfig, TrainConfig
from kerasapps.errors import ConfigError
from kerasapps.recipes.tabular.train import TASK, prepare
from kerasapps.recipes.teaching import lessons_of
from kerasapps.start import Start
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.reading import read_splits
from kerasapps.workflow.result import RecipeResult

BOTH = TabularConfig(target_columns=("size:number", "way:class"))
FILES = ExportConfig(quantization=("float32",), saved_model=False, tolerance=100)


def table(count: int = 200) -> list[dict[str, str]]:
    """Rows of two numbers, their direction and twice the first."""
    draws = np.random.default_rng(0).normal(size=(count, 2)).round(3)
    return [
        {"a": f"{a}", "b": f"{b}", "way": "up" if a + b > 0 else "down", "size": f"{2 * a + 50}"}
        for a, b in draws
    ]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> RecipeResult:
    """A teacher of both answers."""
    return kerasapps.train_tabular(
        table(),
        tabular=BOTH,
        model=ModelConfig(model="mlp", width=0.5),
        train=TrainConfig(epochs=8, learning_rate=1e-2),
        export=FILES,
        output_dir=tmp_path_factory.mktemp("run") / "both",
    )


def taught(teacher: Path, tabular: TabularConfig, **values: Any) -> dict[str, Any]:
    compress = CompressConfig(teacher=str(teacher), **values)
    return {**TASK.defaults, "tabular": tabular, "compress": compress}


def test_several_answers_are_each_taught_on_the_scale_of_the_network(
    large: RecipeResult, tmp_path: Path
) -> None:
    # The data may have the answers, and their labels, in another order.
    other = TabularConfig(target_columns=("way:class", "size:number"))
    options = taught(large.bundle_dir, other)
    splits = read_splits(TASK, table(), options, tmp_path)
    lessons = lessons_of(TASK, splits, options, Cache(tmp_path), inputs={})
    assert lessons is not None and lessons.logits is not None
    bundle: Any = kerasapps.load_bundle(large.bundle_dir, "float32")
    numbers = np.asarray(splits.train.labels)[:, 1].astype(float)
    for row in (0, len(splits.train) - 1):
        values = {name: each[row] for name, each in splits.train.columns.items()}
        outputs = bundle.outputs(values)
        np.testing.assert_allclose(np.exp(lessons.logits[row, :2]), outputs["way"], atol=1e-5)
        size = lessons.logits[row, 2] * numbers.std() + numbers.mean()
        np.testing.assert_allclose(size, outputs["size"][0], rtol=1e-4)
    # A network that answers as the teacher has nothing to learn of it; another has.
    assert np.allclose(lessons.diverge(lessons.logits, lessons.logits, 2.0), 0, atol=1e-5)
    moved = lessons.logits + np.float32([0, 0, 3])
    np.testing.assert_allclose(lessons.diverge(moved, lessons.logits, 2.0), 4.5, rtol=1e-3)

    experiment: Any = prepare(splits, options, Cache(tmp_path))
    batch = next(iter(experiment.batches.training(Start())))
    assert batch[1].shape[1] == 6
    network = experiment.build()
    criterion = experiment.judging.fit_options(network)["criterion"]
    score = experiment.lessons.applied(criterion, network).score(network(batch[0]), batch[1])
    assert np.isfinite(score.loss)


def test_answers_that_differ_are_named(large: RecipeResult, tmp_path: Path) -> None:
    options = taught(large.bundle_dir, BOTH)
    splits = read_splits(TASK, table(), options, tmp_path)
    target = splits.target
    renamed = replace(target, parts=(replace(target.parts[0], name="weight"), *target.parts[1:]))
    with pytest.raises(ConfigError, match="it lacks 'weight' and has besides 'size'"):
        lessons_of(TASK, replace(splits, target=renamed), options, Cache(tmp_path), inputs={})
    kinds = replace(target.parts[0], kind="class", labels=("1", "2"))
    changed = replace(target, parts=(kinds, *target.parts[1:]))
    with pytest.raises(ConfigError, match="answers 'size' with RMSE, and these data ask for accur"):
        lessons_of(TASK, replace(splits, target=changed), options, Cache(tmp_path), inputs={})
    alone = taught(large.bundle_dir, TabularConfig(target="way"))
    splits = read_splits(TASK, table(), alone, tmp_path / "alone")
    with pytest.raises(ConfigError, match="answers with mean score, and these data ask for accur"):
        lessons_of(TASK, splits, alone, Cache(tmp_path), inputs={})


@pytest.mark.slow
def test_a_number_is_learnt_from_a_teacher_alone(large: RecipeResult, tmp_path: Path) -> None:
    tabular = TabularConfig(target="size")
    options: dict[str, Any] = {
        "tabular": tabular,
        "train": TrainConfig(epochs=12, learning_rate=1e-2),
        "export": FILES,
    }
    rows = [{name: row[name] for name in ("a", "b", "size")} for row in table()]
    teacher = kerasapps.train_tabular(rows, output_dir=tmp_path / "teacher", **options)
    compress = CompressConfig(teacher=str(teacher.bundle_dir), distill_weight=1.0)
    small = ModelConfig(model="mlp", width=0.25)
    result = kerasapps.train_tabular(
        rows, output_dir=tmp_path / "small", model=small, compress=compress, **options
    )
    assert result.metrics["rmse"] < 1.0
    with pytest.raises(ConfigError, match="distill_temperature divides the logits of classes"):
        kerasapps.train_tabular(
            rows,
            output_dir=tmp_path / "other",
            compress=replace(compress, distill_temperature=3.0),
            **options,
        )
