"""Somebody who wants a tokenizer alone: learnt once, and the same ids wherever it is used."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from kerasapps.preprocess import (
    encode_sources_in_graph,
    encode_texts,
    learn_pair_tokenizer,
    learn_tokenizer,
    load_pair_tokenizer,
    load_tokenizer,
    save_tokenizer,
    tokenize_in_graph,
)

TEXTS = ["A warm room, a good film.", "The film was bad; the room was not.", "Ça va bien"] * 3
NEW = ["a GOOD room", "Ça n'est pas un film", "", "unheard-of words\nand lines"]


def served(graph: tf.Module, folder: Path) -> np.ndarray:
    """The ids that a SavedModel gives which was loaded again."""
    module = tf.Module()
    module.encode = graph
    module.serve = tf.function(
        lambda texts: {"ids": module.encode(texts)},
        input_signature=[tf.TensorSpec((None,), tf.string, name="texts")],
    )
    tf.saved_model.save(module, str(folder), signatures=module.serve)
    loaded = tf.saved_model.load(str(folder)).signatures["serving_default"]
    return loaded(texts=tf.constant(NEW))["ids"].numpy()


@pytest.mark.parametrize("kind", ["regex", pytest.param("wordpiece", marks=pytest.mark.slow)])
def test_a_tokenizer_gives_equal_ids_in_numpy_tf_data_and_a_saved_model(
    kind, tmp_path: Path
) -> None:
    learnt = learn_tokenizer(TEXTS, kind=kind, vocab_size=200, max_length=12)
    save_tokenizer(learnt, tmp_path / "tokens")

    tokenizer = load_tokenizer(tmp_path / "tokens")
    ids = encode_texts(NEW, tokenizer)
    np.testing.assert_array_equal(ids, [learnt.encode(text) for text in NEW])
    assert len(np.unique(ids)) > 5

    data = tf.data.Dataset.from_tensor_slices(NEW).batch(3).map(tokenize_in_graph(tokenizer))
    np.testing.assert_array_equal(np.concatenate(list(data)), ids)
    np.testing.assert_array_equal(served(tokenize_in_graph(tokenizer), tmp_path / "saved"), ids)


def test_so_does_a_tokenizer_of_two_languages(tmp_path: Path) -> None:
    targets = [text[::-1] for text in TEXTS]
    save_tokenizer(learn_pair_tokenizer(TEXTS, targets), tmp_path / "pieces")
    tokenizer = load_pair_tokenizer(tmp_path / "pieces")
    expected = [tokenizer.encode_source(text) for text in NEW]
    graph = encode_sources_in_graph(tokenizer)
    data = tf.data.Dataset.from_tensor_slices(NEW).batch(4).map(graph)
    for ids in (next(iter(data)).numpy(), served(graph, tmp_path / "saved")):
        for row, text in zip(ids, expected, strict=True):
            np.testing.assert_array_equal(row[: len(text)], text)
            assert not row[len(text) :].any()
