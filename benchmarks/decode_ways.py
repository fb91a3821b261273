"""The ways of decoding that `decode_throughput.py` compares: ours, CTranslate2's, and TFLite's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from ctranslate2_export import CTranslate2Translator, largest_difference, padded

from kerasapps.decoding import graph
from kerasapps.deploy import translation_search as search
from kerasapps.deploy.hypotheses import END, PADDING, START
from kerasapps.deploy.translator_file import TFLiteTranslator
from kerasapps.export.translator_files import export_translator_tflite
from kerasapps.models.seq2seq_transformer import Seq2SeqTransformer
from kerasapps.models.translator import State

Rows = Sequence[np.ndarray]
"""Source ids, int32, each row ended by 3."""

SUPPRESSED = np.float32(-1e9)


@dataclass(frozen=True)
class Way:
    """One way of decoding a batch; `run` returns when all pieces are written."""

    name: str
    batch: int
    run: Callable[[], object]


class Endless:
    """A network for `graph.greedy` that never takes the end mark before the last piece."""

    def __init__(self, network: Seq2SeqTransformer) -> None:
        self.network, self.shape, self.encode = network, network.shape, network.encode

    def decode_step(
        self, tokens: tf.Tensor, position: tf.Tensor, memory: State, cache: State
    ) -> tuple[tf.Tensor, State, tf.Tensor]:
        logits, after, attention = self.network.decode_step(tokens, position, memory, cache)
        return _without_end(logits), after, attention


class EndlessFile(TFLiteTranslator):
    """The same for `search.greedy`."""

    def step(self, token: int, position: int, state: Any) -> tuple[np.ndarray, Any, np.ndarray]:
        logits, after, attention = super().step(token, position, state)
        logits[END] = SUPPRESSED
        return logits, after, attention


def our_ways(network: Seq2SeqTransformer, batches: Sequence[Rows], *, tokens: int) -> list[Way]:
    """With the cache for each batch; for the first also without it, in two ways.

    Raises:
        SystemExit: if they do not agree.
    """
    endless: Any = Endless(network)
    cached = _compiled(lambda ids: graph.greedy(endless, ids, max_length=tokens).ids[:, 0])
    cached_xla = _compiled(
        lambda ids: graph.greedy(endless, ids, max_length=tokens).ids[:, 0], xla=True
    )
    slow = {
        "prefix recomputed": _compiled(lambda ids: recomputed(network, ids, tokens)),
        "network recomputed": _compiled(lambda ids: recomputed(network, ids, tokens, whole=True)),
    }
    sources = [padded(rows) for rows in batches]
    # The search ends a hypothesis at its last piece, whatever the network says.
    expected = cached(sources[0])[:, :-1]
    for name, run in slow.items():
        _check(name, expected, run(sources[0])[:, :-1])
    _check("cache, XLA", expected, cached_xla(sources[0])[:, :-1])
    return [
        *(Way("cache", len(ids), partial(cached, ids)) for ids in sources),
        *(Way("cache, XLA", len(ids), partial(cached_xla, ids)) for ids in sources),
        *(Way(name, len(sources[0]), partial(run, sources[0])) for name, run in slow.items()),
    ]


def recomputed(
    network: Seq2SeqTransformer, source: tf.Tensor, tokens: int, *, whole: bool = False
) -> tf.Tensor:
    """Greedy search without a cache.

    Args:
        network: reads and writes pieces.
        source: int32 ids, `(batch, s)`.
        tokens: pieces to write.
        whole: call the whole network at each step, instead of its decoder.

    Returns:
        int32, `(batch, tokens)`.
    """
    read, mask = network._read(source)

    def last_logits(prefix: tf.Tensor) -> tf.Tensor:
        if whole:
            return network.call((source, prefix), training=False)[:, -1]
        x = network.target_positions(network.embedding.target(prefix))
        for block in network.decoder:
            x = block(x, read, memory_mask=mask, training=False)
        return network.embedding.logits(network._last(x[:, -1], 1))

    def step(prefix: tf.Tensor) -> tuple[tf.Tensor]:
        allowed = _without_end(last_logits(prefix))[:, END:]
        piece = END + tf.argmax(allowed, axis=-1, output_type=tf.int32)
        return (tf.concat([prefix, piece[:, None]], axis=1),)

    (written,) = tf.while_loop(
        lambda prefix: tf.shape(prefix)[1] <= tokens,
        step,
        [tf.fill([tf.shape(source)[0], 1], START)],
        shape_invariants=[tf.TensorShape([None, None])],
    )
    return written[:, 1:]


def ctranslate2_ways(
    network: Seq2SeqTransformer,
    batches: Sequence[Rows],
    *,
    tokens: int,
    threads: int,
    folder: Path,
    compared: Rows,
) -> list[Way]:
    """CTranslate2 in float32 and int8, after a check of the former on the rows `compared`.

    Raises:
        SystemExit: if it is another network.
    """
    runs = {
        kind: CTranslate2Translator(network, folder, compute_type=kind, threads=threads)
        for kind in ("float32", "int8")
    }
    found = largest_difference(network, runs["float32"], compared)
    print(f"CTranslate2 float32: log-probabilities differ by {found:.1e} at most")
    if not found < 1e-3:
        raise SystemExit(
            "CTranslate2 computes something else: see benchmarks/ctranslate2_export.py"
        )
    ours = _compiled(lambda ids: graph.greedy(network, ids, max_length=tokens).ids[:, 0])
    expected = _cut(ours(padded(compared)), tokens - 1)
    for kind, run in runs.items():
        answers = _cut(run.greedy(compared, tokens=tokens), tokens - 1)
        _check(f"CTranslate2 {kind}", expected, answers, least=0.9 if kind == "float32" else 0)
    return [
        Way(
            f"CTranslate2 {kind}",
            len(rows),
            partial(run.greedy, rows, tokens=tokens, endless=True),
        )
        for kind, run in runs.items()
        for rows in batches
    ]


def tflite_ways(
    network: Seq2SeqTransformer, row: np.ndarray, *, tokens: int, threads: int, folder: Path
) -> list[Way]:
    """Our files at batch 1.

    Raises:
        ExportError: if a file could not be made.
    """
    made = export_translator_tflite(
        network, folder=folder, modes=("float32", "dynamic"), calibration=[]
    )
    ways = []
    for mode, path in made.items():
        if not isinstance(path, Path):
            raise path
        file = EndlessFile(path, threads=threads)
        ways.append(Way(f"TFLite {mode}", 1, partial(search.greedy, file, row, max_length=tokens)))
    return ways


def _compiled(
    decode: Callable[[tf.Tensor], tf.Tensor], *, xla: bool = False
) -> Callable[[tf.Tensor], np.ndarray]:
    """As `Decoder` compiles a search: for batches of any size and length, or by XLA for one."""
    function = tf.function(
        decode,
        autograph=False,
        jit_compile=True if xla else None,
        input_signature=None if xla else [tf.TensorSpec((None, None), tf.int32)],
    )
    return lambda ids: function(ids).numpy()


def _without_end(logits: tf.Tensor) -> tf.Tensor:
    return tf.where(np.arange(logits.shape[-1]) == END, SUPPRESSED, logits)


def _cut(rows: Sequence[Sequence[int]] | np.ndarray, length: int) -> np.ndarray:
    """Pieces before the end mark, padded with 0, `(n, length)`."""
    table = np.full((len(rows), length), PADDING, np.int32)
    for place, row in zip(table, rows, strict=True):
        pieces = [piece for piece in row if piece not in (END, PADDING)][:length]
        place[: len(pieces)] = pieces
    return table


def _check(name: str, expected: np.ndarray, found: np.ndarray, *, least: float = 0.9) -> None:
    """Prints the share of equal rows and ends the benchmark where it is too small.

    Two ways add in different orders, so a near tie may fall either way.
    """
    same = (expected == found).all(axis=1)
    kinds = len(np.unique(expected))
    print(f"{name}: {same.sum()} of {len(same)} rows as with the cache, {kinds} kinds of pieces")
    if same.mean() < least:
        raise SystemExit(f"{name} decodes something else: at least {least:.0%} must be equal.")
