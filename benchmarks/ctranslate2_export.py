"""Our transformers in CTranslate2, which has no part in kerasapps: `pip install ctranslate2`.

CTranslate2 computes the same function of the same weights. Its layer norms read their epsilon from
the model's `config.json` (its default is 1e-5, Keras' is 1e-3), and position vectors are stored as
they are, since its own waves start at position 1 and end at another wavelength. What differs is
below float32's noise: it leaves padding out of a softmax, where ours gives it a share of about
exp(-30). `largest_difference` compares the two piece by piece.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasapps.deploy.hypotheses import END, PADDING, START
from kerasapps.errors import DependencyError
from kerasapps.models.seq2seq_transformer import Seq2SeqTransformer
from kerasapps.models.translator import TranslatorShape

_MARKS = {PADDING: "<pad>", 1: "<unk>", START: "<s>", END: "</s>"}


def require_ctranslate2() -> Any:
    """The package.

    Raises:
        DependencyError: if it is not installed.
    """
    try:
        import ctranslate2 as package  # type: ignore[import-untyped]
    except ImportError as error:
        raise DependencyError(
            "CTranslate2 is not installed. Run: pip install ctranslate2; "
            "or leave it out with --skip-ctranslate2."
        ) from error
    return package


class CTranslate2Translator:
    """A network of ours run by CTranslate2 on the CPU.

    Args:
        network: whose weights are copied.
        folder: an existing folder for its model.
        compute_type: `"float32"`, or `"int8"` for weights and products in 8 bits.
        threads: that one batch may use.
    """

    def __init__(
        self, network: Seq2SeqTransformer, folder: Path, *, compute_type: str, threads: int
    ) -> None:
        if not (folder / "model.bin").exists():
            write_model(network, folder)
        self._names = _names(network.shape.target_vocabulary)
        self._ids = {name: number for number, name in enumerate(self._names)}
        self._translator = require_ctranslate2().Translator(
            str(folder),
            device="cpu",
            compute_type=compute_type,
            inter_threads=1,
            intra_threads=threads,
        )

    def greedy(
        self, rows: Sequence[np.ndarray], *, tokens: int, endless: bool = False
    ) -> list[list[int]]:
        """The ids that follow each row when the likeliest next piece is taken, end mark left out.

        As in our search padding, unknown and start are never taken.

        Args:
            rows: source ids, each ended by 3.
            tokens: pieces at most.
            endless: never take the end mark.
        """
        found = self._translator.translate_batch(
            _pieces(rows),
            beam_size=1,
            min_decoding_length=tokens if endless else 0,
            max_decoding_length=tokens,
            disable_unk=True,
            suppress_sequences=[[_MARKS[PADDING]], [_MARKS[START]]],
        )
        return [[self._ids[piece] for piece in each.hypotheses[0]] for each in found]

    def scores(self, sources: Sequence[np.ndarray], targets: np.ndarray) -> np.ndarray:
        """Log-probability of each piece of targets, int32, `(n, length)`, each row ended by 3."""
        found = self._translator.score_batch(_pieces(sources), _pieces(row[:-1] for row in targets))
        return np.array([each.log_probs for each in found], np.float32)


def largest_difference(
    network: Seq2SeqTransformer, other: CTranslate2Translator, rows: Sequence[np.ndarray]
) -> float:
    """Feeds both the same targets of random pieces.

    Returns:
        The largest difference of a piece's log-probability.
    """
    shape = network.shape
    random = np.random.default_rng(1)
    targets = random.integers(END + 1, shape.target_vocabulary, (len(rows), 12), dtype=np.int32)
    targets[:, -1] = END
    prefix = np.insert(targets[:, :-1], 0, START, axis=1)
    logits = network.call((padded(rows), tf.constant(prefix)), training=False)
    ours = tf.gather(tf.nn.log_softmax(logits), targets, batch_dims=2).numpy()
    return float(np.abs(ours - other.scores(rows, targets)).max())


def padded(rows: Sequence[np.ndarray]) -> tf.Tensor:
    """Rows of ids as one tensor, int32, `(n, longest)`, padded with 0 on the right."""
    return tf.constant(keras.utils.pad_sequences(rows, padding="post", dtype="int32"))


def write_model(network: Seq2SeqTransformer, folder: Path) -> None:
    """Writes a network of ours, float32, as CTranslate2's model.

    Args:
        network: with pre- or post-norm, waves or learnt positions, tied weights or not.
        folder: that exists.
    """
    specs, first = require_ctranslate2().specs, network.decoder[0]
    spec = specs.TransformerSpec.from_config(
        (len(network.encoder), len(network.decoder)),
        first.num_heads,
        pre_norm=first.norm == "pre",
        activation=specs.Activation.RELU,
    )
    # Embeddings are scaled by the root of their size, which is what the specification presumes.
    embedding = network.embedding
    spec.decoder.embeddings.weight = _array(embedding.target_table.table.embeddings)
    source_table = embedding.target_table if embedding.joint else embedding.source_table
    spec.encoder.embeddings[0].weight = _array(source_table.table.embeddings)
    spec.decoder.projection.weight = (
        spec.decoder.embeddings.weight if embedding.tied else _array(embedding.scores.kernel).T
    )
    positions = (network.source_positions, network.target_positions)
    for side, table in zip((spec.encoder, spec.decoder), positions, strict=True):
        side.position_encodings.encodings = _array(table._table("float32"))
    for side, norm in zip((spec.encoder, spec.decoder), network.last_norms, strict=False):
        _set_norm(side.layer_norm, norm)
    for layer, block in zip(spec.encoder.layer, network.encoder, strict=True):
        _set_block(layer, block)
    for layer, block in zip(spec.decoder.layer, network.decoder, strict=True):
        _set_block(layer, block)
        _set_norm(layer.attention.layer_norm, block.cross_norm)
        for linear, dense in zip(
            layer.attention.linear,
            (block.cross.query, block.cross.key_value, block.cross.project),
            strict=True,
        ):
            _set_dense(linear, dense)
    spec.config.layer_norm_epsilon = float(first.mlp_norm.epsilon)
    _set_vocabularies(spec, network.shape)
    spec.validate()
    spec.optimize()
    spec.save(str(folder))


def _set_block(layer: Any, block: Any) -> None:
    """Self-attention and perceptron, which the blocks of both sides have."""
    _set_norm(layer.self_attention.layer_norm, block.attention_norm)
    _set_dense(layer.self_attention.linear[0], block.attention.qkv)
    _set_dense(layer.self_attention.linear[1], block.attention.project)
    _set_norm(layer.ffn.layer_norm, block.mlp_norm)
    _set_dense(layer.ffn.linear_0, block.expand)
    _set_dense(layer.ffn.linear_1, block.reduce)


def _set_norm(spec: Any, norm: keras.layers.LayerNormalization) -> None:
    spec.gamma, spec.beta = _array(norm.gamma), _array(norm.beta)


def _set_dense(spec: Any, dense: keras.layers.Dense) -> None:
    spec.weight, spec.bias = _array(dense.kernel).T, _array(dense.bias)


def _set_vocabularies(spec: Any, shape: TranslatorShape) -> None:
    """Ids stand in for pieces: our tokenizer has made ids of the text already."""
    spec.register_source_vocabulary(_names(shape.source_vocabulary))
    spec.register_target_vocabulary(_names(shape.target_vocabulary))


def _names(vocabulary: int) -> list[str]:
    return [_MARKS.get(number, str(number)) for number in range(vocabulary)]


def _pieces(rows: Any) -> list[list[str]]:
    return [[_MARKS.get(number, str(number)) for number in map(int, row)] for row in rows]


def _array(weight: Any) -> np.ndarray:
    return np.ascontiguousarray(keras.ops.convert_to_numpy(weight), np.float32)
