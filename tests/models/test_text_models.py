"""Bags, convolutions and the transformer; recurrent models have a file of their own."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import keras
import numpy as np
import pytest

from kerasapps.errors import ConfigError
from kerasapps.models import (
    TextShape,
    adapt,
    adapt_to_labels,
    bag_of_embeddings,
    bag_of_ngrams,
    text_cnn,
    transformer,
)
from tests.models.check_text_model import (
    LENGTH,
    SHAPE,
    Builder,
    check_export,
    check_mixed_precision,
    check_options,
    check_padding,
    check_saving,
    lively,
    texts,
)

BUILDERS = [bag_of_embeddings, bag_of_ngrams, text_cnn, transformer]


@pytest.mark.parametrize("build", BUILDERS)
def test_padding_and_the_rest_of_the_batch_change_nothing(build: Builder) -> None:
    check_padding(build)


@pytest.mark.parametrize("build", BUILDERS)
def test_the_exported_twin_agrees_at_every_length(build: Builder, tmp_path: Path) -> None:
    check_export(build, tmp_path)


@pytest.mark.parametrize("build", BUILDERS)
def test_width_depth_and_dropout_change_the_model(build: Builder) -> None:
    check_options(build)


@pytest.mark.parametrize("build", BUILDERS)
def test_is_saved_and_computes_in_mixed_precision(build: Builder, tmp_path: Path) -> None:
    check_saving(build, tmp_path)
    check_mixed_precision(build)


def _orders(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Texts in which the token 5 stands right before the token 6 (1), or right after it (0)."""
    rng = np.random.default_rng(seed)
    ids, labels = rng.integers(8, 20, (count, 8), dtype=np.int32), rng.integers(0, 2, count)
    place, ids[:, 0] = rng.integers(1, 5, count), 1
    ids[np.arange(count), place], ids[np.arange(count), place + 1] = 6 - labels, 5 + labels
    return np.where(np.arange(8) < place[:, None] + 3, ids, 0), labels


def test_learns_the_order_of_two_words() -> None:
    keras.utils.set_random_seed(0)
    model = text_cnn(TextShape(vocabulary_size=20, num_classes=2, width=0.5, dropout=0.0))
    model.compile(
        keras.optimizers.Adam(5e-3),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=False,
    )
    model.fit(*_orders(1500, 0), batch_size=50, epochs=4, verbose=0)
    ids, labels = _orders(200, 1)
    assert (np.asarray(model(ids)).argmax(-1) == labels).mean() > 0.95


@pytest.mark.parametrize("build", BUILDERS)
def test_all_but_a_bag_of_embeddings_know_the_order(build: Builder) -> None:
    model, ids = lively(build(SHAPE)), texts()[-1:]
    turned = np.concatenate([ids[:, :1], ids[:, :0:-1]], axis=1)
    same = np.allclose(model(ids), model(turned), atol=1e-3)
    assert same == (build is bag_of_embeddings)


def test_adapted_ngrams_judge_before_any_training() -> None:
    ids, labels = _orders(300, 0)
    model = bag_of_ngrams(TextShape(vocabulary_size=20, num_classes=2))
    adapt(model, ids, labels)
    fresh, expected = _orders(100, 1)
    assert (np.asarray(model(fresh)).argmax(-1) == expected).mean() > 0.95


def test_adapting_takes_sorted_labels_and_spreads_its_choice() -> None:
    ids, labels = _orders(300, 0)
    order = np.argsort(labels, kind="stable")
    model = bag_of_ngrams(TextShape(vocabulary_size=20, num_classes=2))
    adapt_to_labels(model, [(ids[order], labels[order])], limit=100)
    fresh, expected = _orders(100, 1)
    assert (np.asarray(model(fresh)).argmax(-1) == expected).mean() > 0.9


def test_words_that_share_characters_share_votes() -> None:
    """The token 19 is seen in no text; its spelling is that of the token 5, but for the end."""
    ids = np.array([[1, 5, 9], [1, 6, 9]] * 20, np.int32)
    spellings = ("", "<the>", "", *("" for _ in range(2)), "<greatly>", "<badly>")
    written = (*spellings, *("" for _ in range(12)), "<greater>")
    shape = TextShape(vocabulary_size=20, num_classes=2, spellings=written)
    votes = {}
    for name, each in (("with", shape), ("without", dataclasses.replace(shape, spellings=None))):
        model = bag_of_ngrams(each)
        adapt(model, ids, np.tile([1, 0], 20))
        votes[name] = np.asarray(model.get_layer("votes").votes)
    assert votes["with"][19, 1] > 0.1 > votes["with"][18, 1] == 0 and not votes["without"][19].any()


def test_ngrams_of_the_data_decide_the_size() -> None:
    shape = TextShape(vocabulary_size=20, num_classes=2, ngrams=4096)
    assert bag_of_ngrams(shape).get_layer("votes").ngrams == 20 + 4096
    fallback = bag_of_ngrams(dataclasses.replace(shape, ngrams=None))
    assert fallback.get_layer("ngrams").buckets == 2**18


def test_layers_that_need_labels_are_left_alone_without_them() -> None:
    model = bag_of_ngrams(TextShape(vocabulary_size=20, num_classes=2))
    adapt(model, _orders(50, 0)[0])
    assert not np.asarray(model.get_layer("votes").votes).any()


@pytest.mark.parametrize("size", [128, 50])
def test_given_vectors_are_the_first_values(size: int) -> None:
    vectors = np.random.default_rng(0).normal(size=(50, size)).astype(np.float32)
    model = text_cnn(dataclasses.replace(SHAPE, width=1.0, vectors=vectors))
    np.testing.assert_array_equal(model.get_layer("embedding").get_weights()[0], vectors)
    projected = "embedding_projection" in [layer.name for layer in model.layers]
    assert projected == (size != 128)
    assert model(texts()).shape == (LENGTH, 3)


def test_vectors_of_another_vocabulary_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"vectors must be \(50, dimensions\).*got \(49, 8\)"):
        text_cnn(dataclasses.replace(SHAPE, vectors=np.zeros((49, 8), np.float32)))
