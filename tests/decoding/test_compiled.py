"""Many sentences at once: the answers of one at a time, in order, from one compiled search."""

from __future__ import annotations

import numpy as np
import pytest

from kerasapps.decoding.compiled import Decoder
from kerasapps.deploy import translation_search as search
from kerasapps.deploy.hypotheses import END, Sampling
from kerasapps.errors import ConfigError, DataError
from tests.decoding.table_translator import OneAtATime, TableTranslator, random_sources


class CountsTraces(TableTranslator):
    traces = 0

    def encode(self, source):
        self.traces += 1
        return super().encode(source)


def test_greedy_answers_stand_in_the_order_of_the_rows() -> None:
    network = CountsTraces(0)
    rows = random_sources(1, 23, network)
    found = Decoder(network, attention=True).decode_rows(rows, batch_size=5)
    assert network.traces == 1
    stepper = OneAtATime(network)
    for row, (single,) in zip(rows, found, strict=True):
        expected = search.greedy(stepper, row, max_length=7)
        assert single.ids == expected.ids
        assert single.score == pytest.approx(expected.score, abs=1e-5)
        np.testing.assert_allclose(single.attention, expected.attention[:, : len(row)], atol=1e-5)


def test_beam_search_with_its_options() -> None:
    network = TableTranslator(0)
    rows = random_sources(2, 9, network)
    decoder = Decoder(network, beam=4, n_best=2, length_penalty=0.5, max_length=5)
    stepper = OneAtATime(network)
    for row, hypotheses in zip(rows, decoder.decode_rows(rows, batch_size=4), strict=True):
        expected = search.beam_search(
            stepper, row, beam=4, n_best=2, length_penalty=0.5, max_length=5
        )
        assert [each.ids for each in hypotheses] == [each.ids for each in expected]
        assert [each.score for each in hypotheses] == pytest.approx(
            [each.score for each in expected], abs=1e-5
        )


def test_hypotheses_that_do_not_exist_are_left_out() -> None:
    network = TableTranslator(0, vocabulary=5, max_target=3)
    ((*found,),) = Decoder(network, beam=6, n_best=6).decode_rows([np.array([4, END], np.int32)])
    assert sorted(each.ids for each in found) == [(3,), (4, 3), (4, 4, 3)]


def test_the_weights_are_those_of_the_moment() -> None:
    network = TableTranslator(0)
    rows = random_sources(0, 8, network)
    decoder = Decoder(network)
    before = decoder.decode_rows(rows)
    network.output_kernel.assign(TableTranslator(7).output_kernel)
    after = decoder.decode_rows(rows)
    fresh = Decoder(network).decode_rows(rows)
    assert [each[0].ids for each in after] == [each[0].ids for each in fresh]
    assert [each[0].ids for each in after] != [each[0].ids for each in before]


def test_equal_sentences_in_different_batches_draw_differently() -> None:
    network = TableTranslator(0, scale=0.3)
    rows = [np.array([5, 6, END], np.int32)] * 8
    found = [
        Decoder(network, sampling=Sampling(seed=3)).decode_rows(rows, batch_size=2)
        for _ in range(2)
    ]
    first, second = ([each[0].ids for each in run] for run in found)
    assert first == second
    assert len(set(first[::2])) > 2


def test_nothing_in_nothing_out() -> None:
    assert Decoder(TableTranslator(0)).decode_rows([]) == []


def test_refusals() -> None:
    network = TableTranslator(0)
    decoder = Decoder(network)
    row = np.array([4, END], np.int32)
    with pytest.raises(DataError, match="Row 1 has 0 pieces; the network reads 1 to 9"):
        decoder.decode_rows([row, row[:0]])
    with pytest.raises(DataError, match="Row 0 has 10 pieces"):
        decoder.decode_rows([np.full(10, 4, np.int32)])
    with pytest.raises(ConfigError, match="batch_size must be at least 1, got 0"):
        decoder.decode_rows([row], batch_size=0)
    with pytest.raises(ConfigError, match="Beam search gives no attention"):
        Decoder(network, beam=2, attention=True)
    with pytest.raises(ConfigError, match="Either beam search or sampling"):
        Decoder(network, beam=2, sampling=Sampling())
    with pytest.raises(ConfigError, match="n_best 2 is more than the beam keeps"):
        Decoder(network, n_best=2)


@pytest.mark.parametrize("beam", [1, 3])
def test_one_shape_for_xla_answers_alike(beam: int) -> None:
    network = CountsTraces(0)
    rows = random_sources(3, 7, network)
    plain = Decoder(network, beam=beam, n_best=beam).decode_rows(rows, batch_size=3)
    network.traces = 0
    filled = Decoder(network, beam=beam, n_best=beam, xla=True).decode_rows(rows, batch_size=3)
    assert network.traces == 1
    for one, other in zip(plain, filled, strict=True):
        assert [each.ids for each in one] == [each.ids for each in other]
        assert [each.score for each in one] == pytest.approx(
            [each.score for each in other], abs=1e-5
        )
