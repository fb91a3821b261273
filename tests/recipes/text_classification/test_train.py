"""Texts to token ids, options to a network."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest

from kerasapps.data.texts.examples import TextSplits
from kerasapps.models import adapt
from kerasapps.recipes.registry import TEXT_CLASSIFICATION
from kerasapps.recipes.text_classification import train as text_steps
from kerasapps.recipes.text_classification.network import NetworkBuilder
from kerasapps.recipes.text_classification.train import (
    plan_training,
    prepare,
    reload,
    with_minutes,
)
from kerasapps.start import Start
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.options import describe_options
from kerasapps.workflow.reading import read_splits
from tests.data.text_samples import rows, write_csv
from tests.recipes.text_classification.small import options

PRESET = "preset:some_encoder"


def test_the_plan_has_what_the_model_suggests() -> None:
    plan = plan_training(options(model="lstm"))
    assert (plan.family, plan.minutes, plan.answer.judged.quality) == ("dense", 1.5, "macro_f1")
    assert plan.train.learning_rate == 2e-3 and plan.train.schedule is None
    plan = plan_training(options(model=PRESET, min_count=None))
    assert (plan.family, plan.minutes, plan.answer.judged.quality) == ("attention", 15, "macro_f1")
    train = plan.train
    assert (train.learning_rate, train.schedule) == (2e-3, "linear")
    assert (train.head_epochs, train.batch_size) == (1, 32)
    asked = plan_training(options(model=PRESET, min_count=None, head_epochs=2, schedule="cosine"))
    assert (asked.train.head_epochs, asked.train.schedule) == (2, "cosine")


def test_an_experiment_is_ready_to_be_trained(splits: TextSplits, tmp_path: Path) -> None:
    experiment = prepare(splits, options(batch_size=8, dropout=0.4), Cache(tmp_path))
    judging, build = experiment.judging, experiment.build
    assert isinstance(build, NetworkBuilder)
    size = build.tokenizer.vocabulary_size
    assert judging.summary == f"regex, {size:,} tokens, length 8"
    assert judging.spec == build.tokenizer.spec.to_dict()
    assert (build.outputs, build.dropout, build.vectors) == (len(splits.labels), 0.4, None)
    assert experiment.batches.sizes == {"batch_size": 8}
    shown, labels = next(experiment.batches.training(Start()).as_numpy_iterator())
    assert shown.shape[0] == 8 and shown.shape[1] <= 8 and labels.shape == (8, 2)
    assert judging.fit_options(build())["judge"] is None
    judged = prepare(splits, options(monitor="macro_f1"), Cache(tmp_path)).judging
    assert judged.fit_options(build())["judge"] is not None
    judging.write_files(None, tmp_path)
    assert (tmp_path / "vocab.txt").exists()


def test_weights_of_classes_reach_the_batches_and_the_votes(
    splits: TextSplits, tmp_path: Path
) -> None:
    biases = []
    for weights in (None, {splits.labels[1]: 50.0}):
        asked = options(model="bag_of_ngrams", class_weights=weights)
        experiment = prepare(splits, asked, Cache(tmp_path))
        network = experiment.build()
        experiment.judging.start(network)
        biases.append(np.asarray(network.get_layer("votes").bias))
        _, labels, *weighted = next(experiment.batches.training(Start()).as_numpy_iterator())
        expected = [[50.0 if number == 1 else 1.0 for number in labels.argmax(-1)]]
        assert [each.tolist() for each in weighted] == (expected if weights else [])
    assert biases[1][1] - biases[1][0] > biases[0][1] - biases[0][0]


def test_votes_learn_from_validation_too_once_its_work_is_done(
    splits: TextSplits, tmp_path: Path
) -> None:
    experiment = prepare(splits, options(model="bag_of_ngrams"), Cache(tmp_path))
    network = experiment.build()
    experiment.judging.start(network)
    before = network.get_weights()
    votes = network.get_layer("votes")
    trained = votes.get_weights()
    assert experiment.ship(network) is network
    shipped, others = votes.get_weights(), network.get_weights()
    both = _adapted(experiment, splits.train, splits.validation)
    assert all(map(np.array_equal, shipped, both))
    assert not np.array_equal(shipped[0], trained[0])
    changed = sum(not np.array_equal(*pair) for pair in zip(before, others, strict=True))
    assert changed <= len(shipped)  # nothing else is
    assert experiment.reopen(network) is network
    assert all(map(np.array_equal, network.get_weights(), before))


def _adapted(experiment: Any, *parts: Any) -> list[np.ndarray]:
    """Votes and bias of a fresh network that learnt from all texts of some splits at once."""
    network = experiment.build()
    tokenizer = experiment.build.tokenizer
    ids = np.stack([tokenizer.encode(text) for part in parts for text in part.texts])
    adapt(network, ids, np.concatenate([part.labels for part in parts]))
    weights: list[np.ndarray] = network.get_layer("votes").get_weights()
    return weights


def test_where_validation_stands_for_the_test_split_votes_do_not_learn_from_it(
    splits: TextSplits, tmp_path: Path
) -> None:
    held_back = dataclasses.replace(splits, test=splits.validation)
    experiment = prepare(held_back, options(model="bag_of_ngrams"), Cache(tmp_path))
    network = experiment.build()
    experiment.judging.start(network)
    before = network.get_weights()
    experiment.ship(network)
    assert all(map(np.array_equal, network.get_weights(), before))


def test_the_share_of_cut_texts_is_told_for_each_split(splits: TextSplits, tmp_path: Path) -> None:
    whole: Any = prepare(splits, options(max_length=64), Cache(tmp_path)).build
    lengths = [len(whole.tokenizer.encode_ids(text)) for text in splits.test.texts]
    middle = int(np.median(lengths))
    short: Any = prepare(splits, options(max_length=middle), Cache(tmp_path)).build
    names = ("train", "validation", "test")
    assert text_steps._cut(splits, whole.tokenizer) == dict.fromkeys(names, 0.0)
    share = np.mean([length > middle for length in lengths])
    assert text_steps._cut(splits, short.tokenizer)["test"] == pytest.approx(share)


def test_ids_lie_on_disk_where_there_is_no_memory_for_them(
    splits: TextSplits, tmp_path: Path
) -> None:
    prepare(splits, options(), Cache(tmp_path / "a"))
    prepare(splits, options(cache_mb=0), Cache(tmp_path / "b"))
    assert not list((tmp_path / "a").rglob("*.npy")) and list((tmp_path / "b").rglob("*.npy"))


def test_the_data_of_a_bundle_is_prepared_as_it_was(tmp_path: Path) -> None:
    data = write_csv(tmp_path / "a.csv", rows(60))
    asked = options(dropout=0.3, class_weights="balanced", min_precision=0.9)
    splits = read_splits(TEXT_CLASSIFICATION, data, asked, tmp_path / "work")
    before: Any = prepare(splits, asked, Cache(tmp_path / "a")).judging
    before.write_files(None, tmp_path)
    manifest: Any = SimpleNamespace(
        settings=describe_options(asked),
        input=before.spec,
        answer={"thresholds": [0.4, 0.7]},
        folder=tmp_path,
        file=lambda name: tmp_path / name,
    )
    again: Any = reload(manifest, data, tmp_path / "again")
    assert (again.summary, again.spec) == (before.summary, before.spec)
    assert list(again.splits.test.texts) == list(splits.test.texts)
    assert again.splits.fingerprint == splits.fingerprint
    assert again.class_weights == before.class_weights is not None
    # The network of a bundle learnt from validation, so they are not chosen anew.
    assert again.undecided.thresholds == (0.4, 0.7)
    network: Any = keras.Sequential()
    assert again.fit_options(network)["judge"] is None


@pytest.mark.parametrize(
    ("tokens", "minutes"), [(10, 1.5), (300_000, 1.5), (1_200_000, 3), (10**8, 5.25)]
)
def test_more_texts_get_more_time(tokens: int, minutes: float) -> None:
    plan = plan_training(options(model="text_cnn"))
    assert with_minutes(plan, tokens).minutes == minutes
