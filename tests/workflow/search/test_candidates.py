"""What a search may choose among."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import pytest

from kerasapps.config import ModelConfig, TrainConfig, TuneConfig
from kerasapps.data.texts.examples import TextSplits
from kerasapps.errors import ConfigError
from kerasapps.recipes.registry import IMAGE_CLASSIFICATION, TEXT_CLASSIFICATION
from kerasapps.training import make_optimizer
from kerasapps.training.hooks import NO_HOOKS, Hooks
from kerasapps.tuning.space import describe_space, option_values
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.options import set_by_hand, with_values
from kerasapps.workflow.reading import read_splits
from kerasapps.workflow.search import candidates
from kerasapps.workflow.search.candidates import choose_space
from tests.recipes.text_classification.small import sixty_texts
from tests.shapes import write_shapes

SMALL = {"model": "bag_of_embeddings", "max_length": 8}


def options(**values: Any) -> Any:
    return with_values(TEXT_CLASSIFICATION.defaults, {**SMALL, **values})


@pytest.fixture(scope="module")
def splits(tmp_path_factory: pytest.TempPathFactory) -> TextSplits:
    return sixty_texts(tmp_path_factory.mktemp("texts"))


def candidate(
    splits: TextSplits,
    folder: Path,
    name: str = "bag_of_embeddings",
    *,
    hooks: Hooks = NO_HOOKS,
    **values: Any,
) -> Any:
    asked = options(**values)
    return candidates._candidate(
        TEXT_CLASSIFICATION, splits, asked, name, cache=Cache(folder), hooks=hooks
    )


def test_what_was_set_by_hand_is_what_differs_from_the_defaults() -> None:
    assert set_by_hand(TEXT_CLASSIFICATION, TEXT_CLASSIFICATION.defaults) == frozenset()
    assert set_by_hand(TEXT_CLASSIFICATION, options(dropout=0.1)) == {
        "model",
        "max_length",
        "dropout",
    }


def test_a_candidate_is_trained_with_its_own_where_nothing_is_changed(
    splits: TextSplits, tmp_path: Path
) -> None:
    space = candidate(splits, tmp_path)
    values = space.defaults
    assert space.model == "bag_of_embeddings"
    assert (values["model"], values["batch_size"], values["epochs"]) == (space.model, 16, 100)
    assert (values["label_smoothing"], values["weight_decay"]) == (0.0, 0.01)
    assert values["learning_rate"] == 0.001 and values["head_epochs"] is None
    assert not {"validation_split", "calibration"} & set(values)  # they change no training
    assert {"width", "depth", "lowercase"} <= set(values)
    asked = {"label_smoothing": 0.2, "weight_decay": 0.5, "batch_size": 4, "epochs": 7}
    values = candidate(splits, tmp_path, **asked).defaults
    assert {name: values[name] for name in asked} == asked
    assert candidate(splits, tmp_path, time_budget=1.0).defaults["epochs"] is None


def test_a_pretrained_model_has_epochs_of_its_head_alone() -> None:
    def head(model: str = "preset:some", *, unchanged: Any = None, **train: Any) -> Any:
        plan = SimpleNamespace(
            train=TrainConfig(**train), minutes=5, passes=1.0, model=ModelConfig(model=model)
        )
        batches = SimpleNamespace(sizes={}, steps_per_epoch=133, unchanged=unchanged)
        judging = SimpleNamespace(splits=SimpleNamespace(train=range(500)))
        experiment: Any = SimpleNamespace(plan=plan, batches=batches, judging=judging)
        return candidates._trained_with(TEXT_CLASSIFICATION, experiment)["head_epochs"]

    assert head(head_epochs=3) == head("minilm", head_epochs=3) == 3
    assert head() == 2 and head(unchanged="examples") == 4  # copies, where it is solved with them
    assert head(unchanged="examples", head_epochs=2) == 2
    assert head("text_cnn") is None


def test_the_first_trial_of_a_pretrained_backbone_is_the_training_with_nothing_set(
    tmp_path: Path,
) -> None:
    task = IMAGE_CLASSIFICATION
    values = {"model": "efficientnet_lite0", "image_size": 32}
    untouched = with_values(task.defaults, values)
    data = write_shapes(tmp_path / "shapes", per_class=10)
    splits = read_splits(task, data, untouched, tmp_path / "work")
    cache = Cache(tmp_path / "cache")
    space = choose_space(task, splits, untouched, tune=TuneConfig(), cache=cache)
    first = with_values(untouched, option_values(space.values))
    assert {"head_epochs", "learning_rate", "weight_decay"} <= set(names(space))
    trained = []
    for options in (untouched, first):
        experiment = task.training.prepare(splits, options, cache)
        train, network = experiment.plan.train, experiment.build()
        head = experiment.judging.fit_options(network)["head"]
        resolved = dataclasses.replace(
            train,
            head_epochs=train.head_epochs or head.copies,
            weight_decay=make_optimizer(train).weight_decay,
            dropout=next(each.rate for each in network.layers if hasattr(each, "rate")),
            label_smoothing=train.label_smoothing or 0.0,
            batch_size=experiment.batches.sizes["batch_size"],
        )
        trained.append((resolved, options["image"], network.count_params()))
    assert trained[0] == trained[1] and trained[0][0].head_epochs == 5


def test_another_model_is_a_candidate_of_its_own(splits: TextSplits, tmp_path: Path) -> None:
    space = candidate(splits, tmp_path, "text_cnn")
    assert space.model == space.defaults["model"] == "text_cnn"
    assert space.space != candidate(splits, tmp_path).space


def test_a_search_begins_at_the_rate_of_an_optimizer_of_the_users(
    splits: TextSplits, tmp_path: Path
) -> None:
    hooks = Hooks(optimizer=keras.optimizers.SGD(0.25))
    assert candidate(splits, tmp_path, hooks=hooks).defaults["learning_rate"] == 0.25
    space = choose_space(
        TEXT_CLASSIFICATION,
        splits,
        options(),
        tune=TuneConfig(),
        cache=Cache(tmp_path),
        hooks=hooks,
    )
    assert "learning_rate" in names(space) and "weight_decay" not in names(space)


def names(space: Any) -> list[str]:
    return [row["name"] for row in describe_space(space) if row["kind"] != "fixed"]


def test_the_default_space_leaves_alone_what_was_set_by_hand(
    splits: TextSplits, tmp_path: Path
) -> None:
    def chosen(tune: TuneConfig = TuneConfig(), **values: Any) -> list[str]:
        asked = options(**values)
        cache = Cache(tmp_path)
        return names(choose_space(TEXT_CLASSIFICATION, splits, asked, tune=tune, cache=cache))

    plain = chosen()
    assert "learning_rate" in plain and "learning_rate" not in chosen(learning_rate=0.01)
    several = chosen(TuneConfig(models=("bag_of_embeddings", "text_cnn")))
    assert "model" in several and "model" not in plain


def test_a_space_of_the_users_own(splits: TextSplits, tmp_path: Path) -> None:
    file = tmp_path / "space.yaml"

    def chosen(text: str, **tune: Any) -> Any:
        file.write_text(text)
        asked = TuneConfig(space=str(file), **tune)
        return choose_space(
            TEXT_CLASSIFICATION, splits, options(), tune=asked, cache=Cache(tmp_path)
        )

    assert names(chosen("dropout: [0.1, 0.2, 0.5]")) == ["dropout"]
    assert chosen("model: [bag_of_embeddings, text_cnn]") is not None
    with pytest.raises(ConfigError, match="validation_split"):
        chosen("validation_split: [0.1, 0.2]")
    with pytest.raises(ConfigError, match=rf"{file}: model: 'textcnn' is not known.*text_cnn"):
        chosen("model: [bag_of_embeddings, textcnn]")

    def of_python(hp: Any) -> None:
        hp.Choice("model", ["bag_of_embeddings", "textcnn"], default="bag_of_embeddings")

    with pytest.raises(ConfigError, match=r"^the space: model: 'textcnn' is not known"):
        tune = TuneConfig(space=of_python)
        choose_space(TEXT_CLASSIFICATION, splits, options(), tune=tune, cache=Cache(tmp_path))
