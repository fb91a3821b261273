"""What networks of an ensemble have in common, and what another learns from them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.config.targets import TargetKind
from kerasapps.data.splits import Splits
from kerasapps.recipes.ensembles import teaching_by
from kerasapps.recipes.registry import TASKS
from kerasapps.training.distillation import Lessons
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.ensemble.dealing import Dealing
from kerasapps.workflow.options import with_values
from kerasapps.workflow.reading import read_splits

INPUTS = np.array([[1.0, -1.0, 2.0], [0.5, 0.0, -3.0]], np.float32)


def lessons(kind: TargetKind, *parts: tuple[TargetKind, int]) -> Lessons:
    """Of a network that doubles what it is given."""
    target = SimpleNamespace(
        kind=kind, parts=[SimpleNamespace(kind=each, width=width) for each, width in parts]
    )
    taken = keras.Input((3,))
    splits: Any = SimpleNamespace(target=target)
    return teaching_by(splits)(keras.Model(taken, taken * 2), "digest")


@pytest.mark.parametrize("kind", ["class", "labels", "number"])
def test_a_network_learns_what_the_mean_answers_to_its_own_inputs(kind: TargetKind) -> None:
    made = lessons(kind)
    aims = np.asarray(made.aims(INPUTS, tf.zeros((2, 3))))
    np.testing.assert_array_equal(aims, np.concatenate([np.zeros((2, 3)), 2 * INPUTS], axis=1))
    same, other, far = (
        np.asarray(made.diverge(tf.constant(outputs), tf.constant(2 * INPUTS), made.temperature))
        for outputs in (2 * INPUTS, INPUTS, -INPUTS)
    )
    np.testing.assert_allclose(same, 0, atol=1e-5)
    assert (other > 1e-3).all() and (far > other).all() and made.digest == "digest"


def test_each_of_several_answers_is_learnt() -> None:
    made = lessons("several", ("class", 2), ("number", 1))
    taught = tf.constant(2 * INPUTS)
    whole = np.asarray(made.diverge(tf.constant(INPUTS), taught, 1.0))
    classes = lessons("class").diverge(tf.constant(INPUTS[:, :2]), taught[:, :2], 1.0)
    numbers = np.square(INPUTS[:, 2])  # half of it, as in the likelihood of a normal distribution
    np.testing.assert_allclose(whole, np.asarray(classes) + numbers / 2, rtol=1e-5)


def numbers(folder: Path) -> dict[str, list[object]]:
    """Rows of which a few have a job, an age and a price that no others have."""
    return {
        "job": [f"job {row // 2}" if row > 80 else "cook" for row in range(90)],
        "age": [float(row**2) for row in range(90)],
        "price": [float(row**3) for row in range(90)],
    }


def texts(folder: Path) -> tuple[list[str], list[str]]:
    """Texts of which each has a word that one other has."""
    words = [f"{'good' if row % 2 else 'bad'} film number{row // 4}" for row in range(120)]
    return words, ["yes" if row % 2 else "no" for row in range(120)]


def tags(folder: Path) -> Path:
    """Sentences of which each has a name that one other has."""
    lines = "".join(f"Ana{row // 2} B-PER\nlives O\n\n" for row in range(120))
    (folder / "names.conll").write_text(lines, encoding="utf-8")
    return folder / "names.conll"


COMMON: dict[str, tuple[Callable[[Path], Any], dict[str, Any], Callable[[Any], Any]]] = {
    "tabular": (
        numbers,
        {"target": "price", "min_count": 1, "model": "mlp"},
        lambda judging: (judging.spec, judging.scaling),
    ),
    "text_classification": (
        texts,
        {"model": "text_cnn"},
        lambda judging: (judging.spec, judging.reading.tokenizer.vocabulary),
    ),
    "tagging": (
        tags,
        {"model": "cnn_crf"},
        lambda judging: (judging.spec, judging.reading.encoder.vocabularies),
    ),
}
"""Task → data, options, and what of a network's input comes of the training split."""


@pytest.mark.parametrize("name", sorted(COMMON))
def test_networks_of_folds_take_and_give_what_one_of_all_examples_does(
    name: str, tmp_path: Path
) -> None:
    made, values, common = COMMON[name]
    task = TASKS[name]
    options = with_values(task.defaults, values)
    splits = read_splits(task, made(tmp_path), options, tmp_path / "read")

    def told(given: Splits[Any]) -> Any:
        return common(task.training.prepare(given, options, Cache(tmp_path / "work")).judging)

    dealing = Dealing.of(splits, folds=2, seed=0)
    first, second = map(dealing.splits_of, range(2))
    assert told(first) == told(second) == told(splits)
    # Of its own examples alone it would take, or give, something else.
    assert told(dataclasses.replace(first, whole=None)) != told(first)
