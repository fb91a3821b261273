"""The real networks, compiled and batched, against the searches in numpy step by step."""

from __future__ import annotations

import dataclasses

import pytest
import tensorflow as tf

from kerasapps.decoding import graph
from kerasapps.decoding.compiled import Decoder
from kerasapps.deploy import translation_search as search
from kerasapps.models.seq2seq_lstm import lstm_attention
from kerasapps.models.seq2seq_transformer import transformer_tiny
from tests.decoding.table_translator import OneAtATime, padded, random_sources
from tests.models.check_translator import SHAPE, Builder, lively


@pytest.mark.parametrize("build", [transformer_tiny, lstm_attention])
def test_a_decoder_gives_what_the_numpy_searches_give(build: Builder) -> None:
    vocabulary = {"source_vocabulary": 12, "target_vocabulary": 12}
    network = lively(build(dataclasses.replace(SHAPE, **vocabulary)))
    rows, stepper = random_sources(0, 5, network), OneAtATime(network)
    limit = network.shape.max_target
    several = Decoder(network, beam=5, n_best=2).decode_rows(rows, batch_size=3)
    for row, found in zip(rows, several, strict=True):
        expected = search.beam_search(stepper, row, beam=5, n_best=2, max_length=limit)
        assert [each.ids for each in found] == [each.ids for each in expected]
        assert [each.score for each in found] == pytest.approx(
            [each.score for each in expected], abs=1e-4
        )
    assert len({found[0].score for found in several}) > 3  # the source matters
    single = graph.greedy(network, tf.constant(padded(rows))).ids.numpy()
    for row, (found,) in zip(rows, single, strict=True):
        expected = search.greedy(stepper, row, max_length=limit).ids
        assert tuple(found[: len(expected)]) == expected
