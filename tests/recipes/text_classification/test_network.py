"""Networks for texts: what reaches them, and the form that converts."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kerasapps.data.texts.examples import TextSplits
from kerasapps.models.bert_inputs import EXPORT_INPUTS
from kerasapps.recipes.registry import TEXT_CLASSIFICATION
from kerasapps.recipes.text_classification import network as networks
from kerasapps.recipes.text_classification.network import NetworkBuilder
from kerasapps.recipes.text_classification.train import prepare, scorer_of
from kerasapps.workflow.cache import Cache
from tests.recipes.text_classification.small import options


def test_the_exported_form_has_the_same_weights_and_one_length(
    splits: TextSplits, tmp_path: Path
) -> None:
    build: Any = prepare(splits, options(model="gru"), Cache(tmp_path)).build
    network = build()
    assert network.input_shape == (None, None)
    static = build.for_export(network)
    assert static.input_shape == (None, 8) and static.output_shape == (None, 2)
    unrolled = [
        any(getattr(layer, "unroll", False) for layer in each._flatten_layers())
        for each in (network, static)
    ]
    assert unrolled == [False, True]  # as TFLite needs it
    ids = np.stack([build.tokenizer.encode(text) for text in splits.test.texts])
    np.testing.assert_allclose(static(ids), network(ids), atol=1e-5)
    score = scorer_of(network, build.tokenizer)(list(splits.test.texts[:3]))
    assert score.shape == (3, 2) and np.allclose(score.sum(-1), 1, atol=1e-5)


def test_a_network_without_recurrences_is_exported_as_it_is(
    splits: TextSplits, tmp_path: Path
) -> None:
    """Also one of another architecture than its name has today."""
    build: Any = prepare(splits, options(model="text_cnn"), Cache(tmp_path)).build
    network = build()
    other = dataclasses.replace(build, model=dataclasses.replace(build.model, width=0.2))
    for static in (build.for_export(network), other.for_export(network)):
        assert static.input_shape == (None, 8) and static.output_shape == (None, 2)
        assert [id(each) for each in static.weights] == [id(each) for each in network.weights]


def test_wordpieces_go_in_as_clients_of_a_bert_give_them(
    splits: TextSplits, tmp_path: Path
) -> None:
    chosen = options(model="gru", tokenizer="wordpiece")
    build: Any = prepare(splits, chosen, Cache(tmp_path)).build
    network = build()
    static = build.for_export(network)
    assert [each.name for each in static.inputs] == list(EXPORT_INPUTS)
    ids = np.stack([build.tokenizer.encode(text) for text in splits.test.texts])
    mask = np.not_equal(ids, 0).astype("int32")
    found = static([ids, mask, np.zeros_like(ids)])
    np.testing.assert_allclose(found, network(ids), atol=1e-5)


def test_options_of_the_network_reach_it(splits: TextSplits, tmp_path: Path) -> None:
    build: Any = prepare(splits, options(word_dropout=0.3), Cache(tmp_path)).build
    shape = build._shape()
    tokenizer = build.tokenizer
    assert (shape.word_dropout, shape.dropout) == (0.3, None)
    assert build().get_layer("hidden1").units == 16  # a tenth of 128, in eights
    assert (shape.unknown_id, shape.kept_ids) == (tokenizer.unknown_id, tokenizer.special_ids)
    assert (shape.vocabulary_size, shape.num_classes) == (tokenizer.vocabulary_size, 2)
    assert shape.length is None and not shape.for_export
    with pytest.raises(dataclasses.FrozenInstanceError):
        build.labels = ("a",)


def test_runs_of_words_are_counted_for_models_that_tell_them_apart(
    splits: TextSplits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = list[int]()

    def buckets(ids: np.ndarray, *, classes: int) -> int:
        counted.append(classes)
        return 2**13

    monkeypatch.setattr(networks, "suitable_buckets", buckets)
    for model in TEXT_CLASSIFICATION.architectures.names:
        build: Any = prepare(splits, options(model=model), Cache(tmp_path)).build
        assert (build.ngrams is None) is (model != "bag_of_ngrams")
    build = prepare(splits, options(model="bag_of_ngrams"), Cache(tmp_path)).build
    assert counted == [2, 2] and build.ngrams == 2**13
    votes = build().get_layer("votes").get_weights()[0]
    assert len(votes) == build.tokenizer.vocabulary_size + 2**13


def test_word_vectors_are_the_first_values(
    splits: TextSplits, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain: Any = prepare(splits, options(), Cache(tmp_path)).build
    word = list(plain.tokenizer.vocabulary)[-1]
    file = tmp_path / "vectors.txt"
    file.write_text(f"{word} 1 2 3 4\nabsent 5 6 7 8\n", encoding="utf-8")
    build: Any = prepare(
        splits, options(model="gru", word_vectors=str(file)), Cache(tmp_path)
    ).build
    said = capsys.readouterr().err
    assert f"of the vocabulary has a vector in {file}" in said
    row = build.tokenizer.vocabulary[word]
    assert build().get_layer("embedding").get_weights()[0][row].tolist() == [1, 2, 3, 4]
    network = build()
    assert build.for_export(network).get_layer("embedding").get_weights()[0].tolist() == (
        network.get_layer("embedding").get_weights()[0].tolist()
    )
    # Of a finished bundle the vectors are no more: their size comes from the weights.
    again = NetworkBuilder(build.model, build.text, build.tokenizer, build.outputs, None)
    assert again.for_export(network).count_params() == network.count_params()
