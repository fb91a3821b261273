"""The default spaces, with the models that they are for."""

from __future__ import annotations

import dataclasses
from typing import Any

import keras
import pytest

from kerasapps.config import ModelConfig
from kerasapps.errors import ConfigError
from kerasapps.recipes.image_classification import architectures as images
from kerasapps.recipes.text_classification import architectures as texts
from kerasapps.recipes.translation import architectures as translators
from kerasapps.tuning.space import Space, option_values
from kerasapps.tuning.spaces import Candidate, default_space
from tests.models import check_text_model, check_translator

RESOLVED = {
    "learning_rate": 1e-3,
    "weight_decay": 0.01,
    "batch_size": 64,
    "label_smoothing": 0.0,
    "fine_tune_rate": 0.1,
    "layer_decay": 0.75,
    "head_epochs": 2,
}
IMAGES = {**RESOLVED, "augment": "light"}
TRANSLATIONS = {**RESOLVED, "batch_tokens": 2048, "label_smoothing": 0.1, "weight_decay": 0.0}
TASKS = {
    "image": images.ARCHITECTURES,
    "text": texts.ARCHITECTURES,
    "pair": translators.ARCHITECTURES,
}
BUILT = [(task, name) for task, architectures in TASKS.items() for name in architectures.names]


def candidate(task: str, name: str) -> Candidate:
    """As a recipe makes it of the options as they are."""
    resolved = {"image": IMAGES, "text": RESOLVED, "pair": TRANSLATIONS}[task]
    architecture = TASKS[task].find(name)
    config = dataclasses.asdict(ModelConfig(model=name))
    return Candidate(name, architecture.space, {**config, **resolved, **architecture.defaults})


def _build(task: str, config: ModelConfig, **options: float) -> keras.Model:
    if task == "image":
        return images.build_classifier(config, input_shape=(16, 16, 3), num_classes=3, **options)
    shape: Any = check_text_model.SHAPE if task == "text" else check_translator.SHAPE
    build: Any = texts.build_classifier if task == "text" else translators.build_translator
    return build(config, dataclasses.replace(shape, **options))


def _anatomy(model: keras.Model) -> tuple[list[Any], list[Any]]:
    """Shapes of all weights, and every rate of every layer."""
    rates = [
        (layer.name, name, getattr(layer, name))
        for layer in model._flatten_layers()
        for name in ("rate", "dropout")
        if hasattr(layer, name)
    ]
    return [(weight.path, weight.shape) for weight in model.weights], rates


@pytest.mark.parametrize(("task", "name"), BUILT)
def test_the_first_trial_is_the_network_as_it_is(task: str, name: str) -> None:
    each = candidate(task, name)
    values = option_values(default_space([each]).values)
    assert values == {option: each.defaults[option] for option in values}
    assert {"width", "depth", "dropout", "learning_rate"} <= set(values)
    sizes = {option: values.pop(option) for option in ("width", "depth")}
    assert sizes == {"width": 1.0, "depth": 1.0}
    kernel = values.get("kernel")
    rates = {option: values[option] for option in ("dropout", "word_dropout") if option in values}
    small = ModelConfig(model=name, width=0.25, depth=0.25)
    tried = _build(task, dataclasses.replace(small, kernel=kernel), **rates)
    plain = _build(task, small)
    assert _anatomy(tried) == _anatomy(plain)
    assert _anatomy(plain)[1] or name in ("fast_resnet", "resnet8")


_REPRESENTATIVES = [
    ("image", "cnn"),
    ("image", "mlp"),
    ("text", "bag_of_embeddings"),
    ("text", "text_cnn"),
    ("text", "cnn_lstm"),
    ("text", "transformer"),
]


@pytest.mark.parametrize(("task", "name"), _REPRESENTATIVES)
def test_no_two_sizes_of_a_space_are_one_network(task: str, name: str) -> None:
    space = {hp.name: hp for hp in default_space([candidate(task, name)]).space}
    for option in {"width", "depth", "kernel"} & set(space):
        small = ModelConfig(model=name, depth=0.25)
        asked = [dataclasses.replace(small, **{option: value}) for value in space[option].values]
        counts = [_build(task, config).count_params() for config in asked]
        assert counts == sorted(set(counts)), (option, counts)


def test_ranges_lie_around_the_options_as_they_are() -> None:
    space = {hp.name: hp for hp in default_space([candidate("image", "cnn")]).space}
    rate, decay = space["learning_rate"], space["weight_decay"]
    assert (rate.sampling, decay.sampling) == ("log", "log")
    assert (rate.min_value, rate.max_value) == pytest.approx((1e-4, 1e-2))
    assert (decay.min_value, decay.max_value) == pytest.approx((1e-3, 0.1))
    assert list(space["batch_size"].values) == [32, 64, 128]
    assert list(space["kernel"].values) == [3, 5]
    assert list(space["augment"].values) == ["none", "light", "strong"]
    pairs = {hp.name: hp for hp in default_space([candidate("pair", "transformer")]).space}
    assert list(pairs["batch_tokens"].values) == [1024, 2048, 4096] and "batch_size" not in pairs
    assert list(pairs["weight_decay"].values) == [0.0, 1e-3, 1e-2, 1e-1]
    assert pairs["weight_decay"].default == 0.0


def test_a_number_outside_of_the_usual_range_widens_it() -> None:
    each = candidate("image", "cnn")
    odd = {"dropout": 0.8, "kernel": 7, "batch_size": 1, "weight_decay": 0.5, "width": 1}
    wide = default_space([dataclasses.replace(each, defaults={**each.defaults, **odd})])
    space = {hp.name: hp for hp in wide.space}
    assert (space["dropout"].max_value, space["dropout"].default) == (0.8, 0.8)
    assert list(space["kernel"].values) == [3, 5, 7]
    assert list(space["batch_size"].values) == [1, 2]
    assert space["weight_decay"].max_value == 1.0
    assert list(space["width"].values) == [0.5, 0.75, 1.0, 1.5]


def test_options_set_by_hand_are_left_alone() -> None:
    def names(space: Space) -> set[str]:
        return {hp.name for hp in space.space}

    every = names(default_space([candidate("image", "cnn")]))
    left = names(default_space([candidate("image", "cnn")], fixed=("width", "learning_rate")))
    assert every - left == {"width", "learning_rate"}
    with pytest.raises(ConfigError, match="nothing to search"):
        default_space([candidate("image", "cnn")], fixed=every)


def test_several_models_bring_their_own_options_and_numbers() -> None:
    space = default_space([candidate("image", "alexnet"), candidate("image", "vit")])
    assert space.space[0].name == "model" and space.values["model"] == "alexnet"
    defaults = {hp.name: hp.default for hp in space.space}
    assert (defaults["alexnet/dropout"], defaults["vit/dropout"]) == (0.5, 0.2)
    assert set(option_values(space.values)) >= {"model", "dropout", "learning_rate"}
    assert not [name for name in space.values if name.startswith("vit/")]
    assert len(set(defaults)) == len(space.space), "keras-tuner forgets values of namesakes"


@pytest.mark.parametrize("names", [[], ["cnn", "cnn"]])
def test_a_search_needs_different_models(names: list[str]) -> None:
    with pytest.raises(ConfigError, match="different models"):
        default_space([candidate("image", name) for name in names])
