"""Translation network → SavedModel that takes sentences and gives sentences."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from kerasapps.decoding.graph import Hypotheses, beam_search, greedy
from kerasapps.preprocess.tokenizers.subword import PairTokenizer
from kerasapps.preprocess.tokenizers.subword_graph import (
    decode_targets_in_graph,
    encode_sources_in_graph,
)
from kerasapps.process.quiet import without_log

Search = Callable[[tf.Tensor], Hypotheses]


def write_saved_model(
    network: keras.Model,
    tokenizer: PairTokenizer,
    folder: Path,
    *,
    beam: int,
    length_penalty: float,
) -> None:
    """Writes a SavedModel with the signatures `greedy` (also the serving default) and `beam`.

    Both take `text`, strings `(batch,)`, UTF-8, and answer with `translation`, strings `(batch,)`,
    and `score`, float32 `(batch,)`, the logarithm of its probability over a power of its length. A
    text without words gets an empty translation and the score 0; a text that is longer than the
    network reads is cut.

    A process that loads it must `import tensorflow_text` before: the tokenizer inside is made of
    its operations.

    Args:
        network: a `kerasapps.models.translator.Translator`, float32.
        tokenizer: of the network; it becomes part of the graph.
        folder: to write.
        beam: hypotheses that `beam` keeps.
        length_penalty: exponent of the length that divides a score.
    """
    module = tf.Module()
    # What the graphs refer to must hang on what is saved.
    module.variables_in_use = [variable.value for variable in network.variables]
    module.encode_sources = encode_sources_in_graph(tokenizer)
    module.decode_targets = decode_targets_in_graph(tokenizer)

    def serving(search: Search) -> Any:
        return tf.function(
            lambda text: _translate(text, module.encode_sources, search, module.decode_targets),
            input_signature=[tf.TensorSpec((None,), tf.string, name="text")],
        )

    length: dict[str, Any] = {
        "max_length": tokenizer.spec.max_target,
        "length_penalty": length_penalty,
    }
    module.greedy = serving(lambda ids: greedy(network, ids, **length))
    module.beam = serving(lambda ids: beam_search(network, ids, beam=beam, n_best=1, **length))
    signatures = {
        tf.saved_model.DEFAULT_SERVING_SIGNATURE_DEF_KEY: module.greedy,
        "greedy": module.greedy,
        "beam": module.beam,
    }
    with without_log():
        tf.saved_model.save(module, str(folder), signatures=signatures)


def _translate(
    text: tf.Tensor,
    encode_sources: Callable[[tf.Tensor], tf.Tensor],
    search: Search,
    decode_targets: Callable[[tf.Tensor], tf.Tensor],
) -> dict[str, tf.Tensor]:
    ids = encode_sources(text)
    lengths = tf.reduce_sum(tf.cast(ids != 0, tf.int32), axis=1)
    # No wider than the longest text of the batch, and never of no width, even for an empty batch.
    ids = ids[:, : tf.maximum(tf.reduce_max(lengths), 1)]
    hypotheses = search(ids)
    has_words = lengths > 1  # more than the end mark
    return {
        "translation": tf.where(has_words, decode_targets(hypotheses.ids[:, 0]), ""),
        "score": tf.where(has_words, hypotheses.scores[:, 0], 0.0),
    }
