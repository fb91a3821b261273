"""A tagger that learns from another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

import kerasapps
from kerasapps import CompressConfig, ExportConfig, ModelConfig, TaggingConfig, TrainConfig
from kerasapps.decoding.viterbi import IMPOSSIBLE, legal_transitions
from kerasapps.deploy.manifest import read_manifest
from kerasapps.errors import ConfigError
from kerasapps.recipes.tagging import teacher
from kerasapps.recipes.tagging.batches import tag_batches
from kerasapps.recipes.tagging.encoding import encode_splits
from kerasapps.recipes.tagging.teacher import lessons_of, softened
from kerasapps.recipes.tagging.train import TASK, choose_encoder, prepare
from kerasapps.start import Start
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.reading import read_splits
from tests.recipes.tagging.sentences import write_conll


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_conll(tmp_path_factory.mktemp("names") / "names.conll", 150)


def asked_for(bundle: Path, **values: Any) -> dict[str, Any]:
    return {
        **TASK.defaults,
        "model": ModelConfig(model="cnn_crf", width=0.25),
        "compress": CompressConfig(teacher=str(bundle), **values),
    }


def test_each_word_has_the_scores_of_the_teacher_wherever_it_went(
    tagged: kerasapps.RecipeResult, names: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = asked_for(tagged.bundle_dir, distill_temperature=3.0)
    splits = read_splits(TASK, names, options, tmp_path)
    # Tags may stand in another order.
    splits = replace(splits, labels=splits.labels[::-1])
    lessons = lessons_of(splits, options, Cache(tmp_path))
    assert lessons is not None and (lessons.temperature, lessons.weight) == (3.0, 0.7)
    bundle: Any = kerasapps.load_bundle(tagged.bundle_dir, "float32")
    sentences = [*splits.train.sentences]
    scores = [bundle.emissions(words)[:, ::-1] for words in sentences]
    np.testing.assert_allclose(lessons.emissions, np.concatenate(scores), atol=1e-5)
    moves = bundle.transitions
    np.testing.assert_array_equal(lessons.transitions.between, moves.between[::-1, ::-1])
    # Whoever goes on does not ask again.
    monkeypatch.delattr(teacher, "ask_all")
    again = lessons_of(splits, options, Cache(tmp_path))
    assert again is not None
    np.testing.assert_array_equal(again.emissions, lessons.emissions)

    encoder = choose_encoder(options["tagging"], options["model"], splits, Cache(tmp_path))
    inputs = encode_splits(splits, encoder, config=options["load"], cache=Cache(tmp_path))
    for swapped in (0.0, 1.0):
        batches = tag_batches(
            inputs,
            train=TrainConfig(batch_size=len(splits.train), seed=1),
            labels=splits.labels,
            swapped=swapped,
            lessons=lessons,
        )
        x, y = next(iter(batches.training(Start())))
        tags, taught = y[..., 0].numpy(), y[..., 1:].numpy()
        assert taught.shape == (*tags.shape, len(splits.labels))
        assert not taught[tags < 0].any()
        known = {row.tobytes() for row in lessons.emissions}
        assert {row.tobytes() for row in taught[tags >= 0]} <= known
        # Words whose inputs are the same in the same sentence have the same scores: row by row.
        if not swapped:
            sums = sorted(round(float(each.sum()), 2) for each in scores)
            assert sorted(round(float(each.sum()), 2) for each in taught) == pytest.approx(
                sums, abs=0.05
            )
        assert all(values.shape[:2] == tags.shape for values in x.values())
        validation = next(iter(batches.validation))[1]
        assert validation.dtype == tf.int32 and validation.shape.rank == 2


def test_the_loss_is_a_mixture_and_the_figure_is_of_the_truth(
    tagged: kerasapps.RecipeResult, names: Path, tmp_path: Path
) -> None:
    options = asked_for(tagged.bundle_dir, distill_weight=0.25)
    splits = read_splits(TASK, names, options, tmp_path)
    experiment: Any = prepare(splits, options, Cache(tmp_path))
    network = experiment.build()
    plain = experiment.judging.fit_options(network)["criterion"]
    taught = experiment.lessons.applied(plain, network)
    x, y = next(iter(experiment.batches.training(Start())))
    outputs, tags = network(x), tf.cast(y[..., 0], tf.int32)
    alone, mixed = plain.score(outputs, tags), taught.score(outputs, y)
    of_teacher = replace(experiment.lessons, weight=1.0).applied(plain, network).score(outputs, y)
    expected = 0.75 * alone.loss + 0.25 * of_teacher.loss
    np.testing.assert_allclose(mixed.loss, expected, rtol=1e-4)
    np.testing.assert_allclose(mixed.sums[0] / len(tags), mixed.loss, rtol=1e-4)
    assert mixed.sums[1:].numpy().tolist() == alone.sums[1:].numpy().tolist()
    assert taught.counted(y).numpy().tolist() == plain.counted(tags).numpy().tolist()
    np.testing.assert_array_equal(taught.answers(outputs, y)[1], tags)
    # Validation is scored as without a teacher.
    assert taught.score(outputs, tags).loss == alone.loss
    # An example that counts nothing teaches nothing either.
    weight = tf.constant([1.0] + [0.0] * (len(tags) - 1))
    first = taught.score(outputs[:1], y[:1])
    np.testing.assert_allclose(taught.score(outputs, y, weight).sums[0], first.sums[0], rtol=1e-3)


def test_tags_that_differ_are_named(
    tagged: kerasapps.RecipeResult, names: Path, tmp_path: Path
) -> None:
    options = asked_for(tagged.bundle_dir)
    splits = read_splits(TASK, names, options, tmp_path)
    other = replace(splits, labels=(*splits.labels[1:], "B-DISH"))
    with pytest.raises(ConfigError, match=f"lacks 'B-DISH' and has besides '{splits.labels[0]}'"):
        lessons_of(other, options, Cache(tmp_path))
    assert lessons_of(splits, TASK.defaults, Cache(tmp_path)) is None


def test_what_cannot_follow_stays_impossible_at_any_temperature() -> None:
    start, between, end = softened(legal_transitions(("O", "B-X", "I-X")), 100.0)
    assert start.tolist() == [0, 0, IMPOSSIBLE] and between[0, 2] == IMPOSSIBLE
    assert end.tolist() == [0, 0, 0]


@pytest.mark.slow
def test_a_tagger_learns_from_another_alone(
    tagged: kerasapps.RecipeResult, names: Path, tmp_path: Path
) -> None:
    result = kerasapps.train_tagger(
        names,
        output_dir=tmp_path,
        model=ModelConfig(model="cnn_crf", width=0.25, depth=0.5),
        tagging=TaggingConfig(min_count=1),
        train=TrainConfig(epochs=12, learning_rate=1e-2),
        compress=CompressConfig(teacher=str(tagged.bundle_dir), distill_weight=1.0),
        export=ExportConfig(quantization=("float32",), saved_model=False, tolerance=100),
    )
    assert result.metrics["f1"] > 0.9 * tagged.metrics["f1"] > 0.5
    assert read_manifest(tmp_path).settings["compress"]["teacher"] == str(tagged.bundle_dir)
