"""Somebody who searches with keras-tuner, over the networks and spaces of kerasapps."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import keras
import keras_tuner
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.errors import ConfigError
from kerasapps.models import TabularShape, TextShape, TranslatorShape
from kerasapps.tuning import hypermodel

SIZES = {"input_shape": (8, 8, 1), "num_classes": 3}
ROWS = {"numbers": np.random.default_rng(0).normal(size=(24, 3)).astype(np.float32)}
LABELS = np.arange(24) % 2


def test_a_random_search_over_two_networks(tmp_path: Path) -> None:
    shape = TabularShape(numbers=3, categories=(), outputs=2, bins=0)
    searched = hypermodel("tabular", models=("mlp", "linear"), shape=shape)
    tuner = keras_tuner.RandomSearch(
        searched, objective="val_loss", max_trials=2, seed=1, directory=tmp_path, project_name="own"
    )
    tuner.search(ROWS, LABELS, epochs=1, validation_data=(ROWS, LABELS), verbose=0)
    best = tuner.get_best_hyperparameters(1)[0]
    name = best.values["model"]
    assert name in ("mlp", "linear") and f"{name}/learning_rate" in best.values
    model = searched.build(best)
    assert model.output_shape == (None, 2)
    tuner.get_best_models()[0].save(tmp_path / "best.keras")
    loaded = keras.saving.load_model(tmp_path / "best.keras")
    assert loaded.loss.get_config() == model.loss.get_config()
    rate = float(model.optimizer.learning_rate)
    assert rate == pytest.approx(best.values[f"{name}/learning_rate"], rel=1e-5)


def test_pictures_have_sizes_and_the_widths_that_are_tried() -> None:
    searched = hypermodel("image_classification", models="mlp", **SIZES)
    usual = searched.build(searched.space).count_params()
    searched.space.values["width"] = 0.25
    assert searched.build(searched.space).count_params() < usual / 2


def test_arrays_alone_or_in_pairs_are_batched_by_the_trials_size() -> None:
    searched = hypermodel("image_classification", models="mlp", **SIZES)
    searched.space.values["batch_size"] = 7
    network = SimpleNamespace(fit=lambda *data, **options: options)
    for data in (ROWS, (ROWS, ROWS), [ROWS, ROWS], {"a": ROWS}):
        assert searched.fit(searched.space, network, data, LABELS) == {"batch_size": 7}
        asked = searched.fit(searched.space, network, x=data, batch_size=3)
        assert asked["batch_size"] == 3
    assert searched.fit(searched.space, network, tf.data.Dataset.range(3)) == {}


@pytest.mark.parametrize(
    ("task", "model", "shape"),
    [
        ("text_classification", "text_cnn", TextShape(vocabulary_size=50, num_classes=2)),
        ("tabular", "mlp", TabularShape(numbers=3, categories=(4,), outputs=1)),
    ],
)
def test_networks_of_other_tasks_are_made_of_their_shape(task, model, shape) -> None:
    searched = hypermodel(task, models=model, shape=shape, fixed=("width",))
    assert "width" not in searched.space.values and "learning_rate" in searched.space.values
    searched.space.values["dropout"] = 0.123
    network = searched.build(searched.space)
    assert 0.123 in [getattr(layer, "rate", None) for layer in network.layers]
    assert network.output_shape == (None, 2 if task.startswith("text") else 1)


@pytest.mark.slow  # what it minimises and counts is tested without a training
def test_a_translator_learns_by_the_plain_fit_of_keras() -> None:
    sizes = {"source_vocabulary": 9, "target_vocabulary": 9, "max_source": 6, "max_target": 6}
    shape = TranslatorShape(**sizes, joint=True, width=0.25, depth=0.5)
    searched = hypermodel("translation", models="transformer", shape=shape, fixed=("width",))
    assert {"learning_rate", "label_smoothing", "depth"} <= set(searched.space.values)
    source = np.random.default_rng(0).integers(4, 9, (64, 5)).astype(np.int32)
    pieces = np.tile(np.int32([5, 5, 5, 0, 0]), (64, 1))
    before = np.pad(pieces[:, :-1], ((0, 0), (1, 0)), constant_values=2)
    hp = searched.space
    hp.values["learning_rate"] = 0.01
    told = searched.fit(hp, searched.build(hp), (source, before), pieces, epochs=9, verbose=0)
    assert told.history["accuracy"][-1] > 0.9, "padding counts for nothing"


def test_what_is_missing_is_said() -> None:
    with pytest.raises(ConfigError, match="input_shape"):
        hypermodel("image_classification", models="mlp")
    with pytest.raises(ConfigError, match=r"shape=kerasapps.models.TabularShape\(…\), not input_"):
        hypermodel("tabular", models="mlp", input_shape=(3,))
    with pytest.raises(ConfigError, match="Did you mean 'learning_rate'"):
        hypermodel("image_classification", models="mlp", fixed=("learning_rat",), **SIZES)
    with pytest.raises(ConfigError, match="Known: alexnet"):
        hypermodel("image_classification", models="resnet18", **SIZES)
    shape = TextShape(vocabulary_size=9, num_classes=2)
    with pytest.raises(ConfigError, match="from labelled texts before it is trained"):
        hypermodel("text_classification", models="bag_of_ngrams", shape=shape)
    with pytest.raises(ConfigError, match="Did you mean 'mlp'"):
        hypermodel("image_classification", models="mpl", **SIZES)
