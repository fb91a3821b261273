"""Sentence pairs to pieces, options to a network."""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest

from kerasapps.config import TrainConfig
from kerasapps.data.pairs.examples import PairSplits
from kerasapps.errors import ConfigError
from kerasapps.recipes.registry import TRANSLATION
from kerasapps.recipes.translation import train as translation_steps
from kerasapps.recipes.translation.train import plan_training, prepare, reload
from kerasapps.start import Start
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.options import describe_options, with_values
from kerasapps.workflow.reading import read_splits
from tests.words import word_pairs

SMALL = {
    "width": 0.1, "depth": 0.2, "vocab_size": 60, "source_language": "en", "target_language": "de",
}  # fmt: skip


def options(**values: Any) -> dict[str, Any]:
    return with_values(TRANSLATION.defaults, {**SMALL, **values})


@pytest.fixture(scope="module")
def splits(tmp_path_factory: pytest.TempPathFactory) -> PairSplits:
    folder = tmp_path_factory.mktemp("pairs")
    found: PairSplits = read_splits(TRANSLATION, word_pairs(300), options(), folder)
    return found


def suggested(**values: Any) -> dict[str, Any]:
    """What the plan of a training has beyond what was asked for."""
    plain, train = TrainConfig(), plan_training(options(**values)).train
    fields = [field.name for field in dataclasses.fields(TrainConfig) if field.name not in values]
    changed = {name: getattr(train, name) for name in fields}
    return {name: value for name, value in changed.items() if value != getattr(plain, name)}


def test_the_plan_has_what_suits_the_model_and_the_task() -> None:
    plan = plan_training(options())
    assert (plan.family, plan.minutes, plan.answer.judged.quality) == ("attention", 60, "bleu")
    assert plan.is_judged
    assert suggested() == {
        "optimizer": "adamw",
        "learning_rate": 0.003,
        "beta_2": 0.98,
        "weight_decay": 0.0,
        "warmup": 0.1,
        "schedule": "inverse_sqrt",
        "label_smoothing": 0.1,
        "clip_norm": 1.0,
        "monitor": "bleu",
        "average_checkpoints": 5,
    }
    assert suggested(model="lstm_attention")["warmup"] == 0.05


def test_what_is_suggested_goes_with_what_was_asked_for() -> None:
    assert "weight_decay" not in suggested(optimizer="adam")
    assert suggested(optimizer="adam")["beta_2"] == 0.98
    other = suggested(optimizer="sgd")
    assert not {"weight_decay", "beta_2", "learning_rate"} & set(other)
    assert "average_checkpoints" not in suggested(ema=0.99)
    assert "schedule" not in suggested(warmup=0.0)
    assert suggested(warmup=0.2)["schedule"] == "inverse_sqrt"
    assert not plan_training(options(monitor="loss")).is_judged


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"model": "preset:bert_tiny"}, r"there are no pretrained translators; choose one of"),
        ({"max_length": 512, "model": "lstm_attention"}, r"at most 128 pieces, got max_length=512"),
        ({"class_weights": "balanced"}, r"^class_weights is for classifiers; leave it out"),
        ({"unknown_classes": "skip"}, r"^unknown_classes is for classifiers"),
        (
            {"class_weights": "balanced", "unknown_classes": "skip"},
            r"^class_weights, unknown_classes is for",
        ),
    ],
)
def test_what_would_do_nothing_is_refused(values: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        plan_training(options(**values))


def test_the_longest_that_a_model_reads_may_be_asked_for() -> None:
    assert plan_training(options(max_length=128, model="lstm_attention")).minutes == 60


def test_an_experiment_is_ready_to_be_trained(splits: PairSplits, tmp_path: Path) -> None:
    asked = {"batch_tokens": 300, "dropout": 0.25, "beam": 3, "length_penalty": 0.5, "norm": "post"}
    experiment = prepare(splits, options(**asked, tied=False, joint=False), Cache(tmp_path))
    shape: Any = experiment.build.shape  # type: ignore[attr-defined]
    assert (shape.dropout, shape.norm, shape.positions) == (0.25, "post", "sinusoidal")
    assert (shape.tied, shape.joint) == (False, False)
    assert shape.source_vocabulary <= 60 and shape.target_vocabulary <= 60
    assert 4 <= shape.max_source <= 512 and 4 <= shape.max_target <= 512
    with pytest.raises(dataclasses.FrozenInstanceError):
        experiment.build.shape = shape  # type: ignore[attr-defined]
    batches = experiment.batches
    assert batches.sizes == {"batch_tokens": 300}
    count = sum(1 for _ in batches.validation)
    assert count >= 1 and batches.steps_per_epoch > count
    # A training that goes on with its second epoch has the pairs that it would have had.
    steps = batches.steps_per_epoch
    whole, rest = (batches.training(Start(epoch)).as_numpy_iterator() for epoch in (0, 1))
    expected = next(itertools.islice(whole, steps, None))[1]
    np.testing.assert_array_equal(next(rest)[1], expected)
    network = experiment.build()
    assert experiment.judging.fit_options(network)["judge"] is not None
    plain = prepare(splits, options(monitor="loss"), Cache(tmp_path / "b"))
    assert plain.judging.fit_options(network)["judge"] is None


def test_lengths_suit_the_sentences_or_are_as_asked(splits: PairSplits, tmp_path: Path) -> None:
    shape: Any = prepare(splits, options(), Cache(tmp_path)).build.shape  # type: ignore[attr-defined]
    assert shape.max_source < 64 and shape.joint and shape.tied
    shape = prepare(splits, options(max_length=77), Cache(tmp_path / "b")).build.shape  # type: ignore[attr-defined]
    assert (shape.max_source, shape.max_target) == (77, 77)


def test_pieces_lie_on_disk_where_there_is_no_memory_for_them(
    splits: PairSplits, tmp_path: Path
) -> None:
    prepare(splits, options(cache_mb=0), Cache(tmp_path))
    names = {path.name.partition("-")[0] for path in (tmp_path / "encoded").iterdir()}
    assert names == {"train", "validation", "test"}


class Pieces:
    """Pairs of so many target pieces in all."""

    def __init__(self, total: int) -> None:
        self.target_lengths = np.array([total])


@pytest.mark.parametrize(("total", "tokens"), [(1000, 256), (51_200, 1024), (10**6, 2048)])
def test_a_batch_suits_the_data(total: int, tokens: int) -> None:
    asked = options()
    plan = plan_training(asked)
    pairs: Any = Pieces(total)
    found = translation_steps._batch_tokens(pairs, plan.model, asked["translation"])
    assert found == tokens
    told = options(batch_tokens=64)["translation"]
    assert translation_steps._batch_tokens(pairs, plan.model, told) == 64


def test_no_batch_has_more_pairs_than_asked_for(splits: PairSplits, tmp_path: Path) -> None:
    asked = options(batch_tokens=4000, batch_size=5)
    experiment = prepare(splits, asked, Cache(tmp_path))
    batch = next(experiment.batches.training(Start()).as_numpy_iterator())
    assert all(len(each) <= 5 for each in keras.tree.flatten(batch))


def test_the_data_of_a_bundle_is_prepared_as_it_was(tmp_path: Path) -> None:
    data, asked = word_pairs(300), options(beam=2)
    splits = read_splits(TRANSLATION, data, asked, tmp_path / "work")
    before = prepare(splits, asked, Cache(tmp_path / "a")).judging
    before.write_files(None, tmp_path)
    manifest: Any = SimpleNamespace(
        settings=describe_options(asked),
        input=before.spec,
        folder=tmp_path,
        file=lambda name: tmp_path / name,
    )
    again = reload(manifest, data, tmp_path / "again")
    assert (again.summary, again.spec) == (before.summary, before.spec)
    assert list(again.splits.test.sources) == list(splits.test.sources)
    assert again.splits.fingerprint == splits.fingerprint
