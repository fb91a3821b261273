"""A search that is compiled once and then translates many sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from kerasapps.config.checks import require_whole
from kerasapps.decoding.graph import Hypotheses, beam_search, greedy, sample
from kerasapps.deploy.hypotheses import END, PADDING, Hypothesis, Sampling, check_search
from kerasapps.errors import ConfigError, DataError
from kerasapps.models.translator import Translator

Ids = NDArray[np.int32]


class Decoder:
    """Translates rows of pieces with one network and one way of searching.

    The search is compiled at the first call and serves any number of sentences of any length
    after it. It reads the network's weights as they are at each call, so one decoder serves a
    network in training.

    Args:
        network: reads and writes pieces.
        beam: hypotheses that beam search keeps; 1 searches greedily.
        length_penalty: exponent of the length that divides a score.
        n_best: hypotheses a sentence, at most `beam`.
        max_length: pieces of a translation at most, the end mark included (default: what the
            network can write).
        sampling: draw translations instead of searching for the best.
        attention: whether the hypotheses of a greedy or sampled translation carry it.
        xla: compile with XLA, for one shape: batches are filled up to their size and the longest
            source. Compiling takes longer, searching less; for thousands of sentences.

    Raises:
        ConfigError: for options that cannot work, alone or together.

    Examples:
        >>> shape = kerasapps.models.TranslatorShape(
        ...     source_vocabulary=50, target_vocabulary=60, joint=False, max_source=8, max_target=9
        ... )
        >>> network = kerasapps.models.build_translator("lstm_luong", shape)
        >>> decoder = kerasapps.decoding.Decoder(network, max_length=4)
        >>> [best] = decoder.decode_rows([np.array([5, 6, 3], np.int32)])[0]
        >>> len(best.ids) <= 4
        True
    """

    def __init__(
        self,
        network: Translator,
        *,
        beam: int = 1,
        length_penalty: float = 1.0,
        n_best: int = 1,
        max_length: int | None = None,
        sampling: Sampling | None = None,
        attention: bool = False,
        xla: bool = False,
    ) -> None:
        self.network = network
        self._one_shape = xla
        limit = network.shape.max_target if max_length is None else max_length
        check_search(max_length=limit, length_penalty=length_penalty, beam=beam, n_best=n_best)
        if beam > 1 and sampling is not None:
            raise ConfigError(f"Either beam search or sampling: got beam {beam} and {sampling}.")
        if beam > 1 and attention:
            raise ConfigError("Beam search gives no attention: ask for it with beam=1.")
        options: dict[str, Any] = {"max_length": limit, "length_penalty": length_penalty}

        def search(source: tf.Tensor, batch_number: tf.Tensor) -> Hypotheses:
            if beam > 1:
                return beam_search(network, source, beam=beam, n_best=n_best, **options)
            if sampling is None:
                return greedy(network, source, with_attention=attention, **options)
            # Two batches of one call draw differently.
            seed = sampling.seed + 1_000_003 * batch_number
            return sample(
                network, source, sampling=sampling, seed=seed, with_attention=attention, **options
            )

        any_shape = [
            tf.TensorSpec((None, None), tf.int32, name="source"),
            tf.TensorSpec((), tf.int32, name="batch_number"),
        ]
        self._search = tf.function(
            search,
            autograph=False,
            jit_compile=True if xla else None,
            input_signature=None if xla else any_shape,
        )

    def decode_rows(
        self, rows: Sequence[Ids], *, batch_size: int = 64
    ) -> list[tuple[Hypothesis, ...]]:
        """The translations of many sentences.

        Sentences of like length are searched together.

        Args:
            rows: of source ids, int32, `(length,)`, each ended by 3.
            batch_size: sentences that are searched at once.

        Returns:
            For each row, in order, its hypotheses, best first.

        Raises:
            ConfigError: if `batch_size` is less than 1.
            DataError: if a row is empty or longer than what the network reads.
        """
        require_whole(batch_size, 1, what="batch_size")
        self._check(rows)
        answers: list[tuple[Hypothesis, ...]] = [()] * len(rows)
        order = sorted(range(len(rows)), key=lambda number: len(rows[number]))
        for batch_number, start in enumerate(range(0, len(order), batch_size)):
            numbers = order[start : start + batch_size]
            source = self._batch([rows[number] for number in numbers], batch_size)
            answer = self._search(tf.constant(source), tf.constant(batch_number))
            for number, hypotheses in zip(numbers, _unpacked(answer, len(numbers)), strict=True):
                answers[number] = tuple(_cut(each, len(rows[number])) for each in hypotheses)
        return answers

    def _batch(self, rows: Sequence[Ids], size: int) -> Ids:
        """Rows filled up to the longest, or where there is one shape to the whole of it."""
        if not self._one_shape:
            return _padded(rows, len(rows), max(len(row) for row in rows))
        source = _padded(rows, size, self.network.shape.max_source)
        # Rows that are no sentence read an end mark, for attention needs something to look at.
        source[len(rows) :, 0] = END
        return source

    def _check(self, rows: Sequence[Ids]) -> None:
        longest = self.network.shape.max_source
        for number, row in enumerate(rows):
            if not 1 <= len(row) <= longest:
                raise DataError(
                    f"Row {number} has {len(row)} pieces; the network reads 1 to {longest}, the "
                    "end mark included."
                )


def _padded(rows: Sequence[Ids], height: int, width: int) -> Ids:
    source = np.full((height, width), PADDING, np.int32)
    for row, ids in zip(source, rows, strict=False):
        row[: len(ids)] = ids
    return source


def _unpacked(batch: Hypotheses, count: int) -> Iterator[list[Hypothesis]]:
    """The hypotheses of the first `count` rows of a batch, those that do not exist left out."""
    all_ids, all_scores = batch.ids.numpy()[:count], batch.scores.numpy()[:count]
    attention = None if batch.attention is None else batch.attention.numpy()
    for row, (ids, scores) in enumerate(zip(all_ids, all_scores, strict=True)):
        looked = None if attention is None else attention[row]
        yield [
            Hypothesis(_until_end(each), float(score), looked)
            for each, score in zip(ids, scores, strict=True)
            if np.isfinite(score)
        ]


def _until_end(ids: Ids) -> tuple[int, ...]:
    return tuple(ids[: int(np.argmax(ids == END)) + 1].tolist())


def _cut(hypothesis: Hypothesis, source_length: int) -> Hypothesis:
    """A hypothesis with the attention of its own pieces to those of its own source only."""
    if hypothesis.attention is None:
        return hypothesis
    attention = hypothesis.attention[: len(hypothesis.ids), :source_length].copy()
    return Hypothesis(hypothesis.ids, hypothesis.score, attention)
