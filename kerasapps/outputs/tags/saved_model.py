"""A network that tags words → SavedModel that takes texts, or words, and gives tags."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from kerasapps.decoding.viterbi import Transitions
from kerasapps.decoding.viterbi_graph import viterbi_in_graph
from kerasapps.preprocess.words.encoders import WordEncoder
from kerasapps.preprocess.words.graph import SplitGraph, WordGraph
from kerasapps.preprocess.words.pieces import PieceEncoder
from kerasapps.preprocess.words.pieces_graph import PieceGraph
from kerasapps.process.quiet import without_log


def write_tag_model(
    network: keras.Model,
    encoder: WordEncoder,
    transitions: Transitions,
    folder: Path,
    *,
    labels: Sequence[str],
) -> None:
    """Writes a SavedModel with the signatures `serving_default`, of texts, and `tokens`, of words.

    `serving_default` takes `text`, strings `(batch,)`, UTF-8. It answers with `tokens` and `tags`,
    strings `(batch, words)`, filled up with empty ones, and with `start` and `end`, int32 of the
    same shape: the characters (code points) of the text that each token is.

    `tokens` takes `tokens`, strings `(batch, words)`, each row filled up with empty ones, and
    answers with `tags` of the same shape.

    Words behind the last that the network reads at once get the tag of no entity.

    Args:
        network: from named ids to scores, `(batch, words, tags)`, float32.
        encoder: makes the ids; it becomes part of the graph.
        transitions: what follows what.
        folder: to write.
        labels: the tags, in the order of the scores.
    """
    module = tf.Module()
    # What the graphs refer to must hang on what is saved.
    module.variables_in_use = [variable.value for variable in network.variables]
    module.encode = _graph_of(encoder)
    names = tf.constant([*labels, ""])
    longest = encoder.spec.length

    def tags_of(tokens: Any) -> Any:
        counts = tf.reduce_sum(tf.cast(tokens != "", tf.int32), axis=1)
        width = tf.shape(tokens)[1]
        read = tf.minimum(counts, longest)
        # Never of no width, even for texts without words.
        cut = tokens[:, : tf.maximum(tf.reduce_max(read), 1)]
        cut = tf.pad(cut, [[0, 0], [0, tf.maximum(1 - width, 0)]], constant_values="")
        emissions = network(module.encode(cut), training=False)
        paths = viterbi_in_graph(emissions, read, transitions)[:, :width]
        paths = tf.pad(paths, [[0, 0], [0, width - tf.shape(paths)[1]]])
        is_word = tf.range(width)[tf.newaxis] < counts[:, tf.newaxis]
        return tf.gather(names, tf.where(is_word, paths, len(labels)))

    def of_tokens(tokens: Any) -> dict[str, Any]:
        return {"tags": _of_some(tags_of, tokens)}

    split = SplitGraph(encoder.spec.joiners)

    def of_texts(text: Any) -> dict[str, Any]:
        tokens, starts, ends = split(text)
        return {
            "tokens": tokens,
            "tags": _of_some(tags_of, tokens),
            "start": starts,
            "end": ends,
        }

    texts = [tf.TensorSpec((None,), tf.string, name="text")]
    words = [tf.TensorSpec((None, None), tf.string, name="tokens")]
    module.texts = tf.function(of_texts, input_signature=texts)
    module.tokens = tf.function(of_tokens, input_signature=words)
    signatures = {"serving_default": module.texts, "tokens": module.tokens}
    with without_log():
        tf.saved_model.save(module, str(folder), signatures=signatures)


def _graph_of(encoder: WordEncoder) -> WordGraph | PieceGraph:
    if isinstance(encoder, PieceEncoder):
        return PieceGraph(encoder)
    return WordGraph(encoder)


def _of_some(tags_of: Any, tokens: Any) -> Any:
    """Tags of rows, of which there may be none: convolutions fail on no input at all."""
    count = tf.shape(tokens)[0]
    missing = tf.maximum(1 - count, 0)
    some = tf.pad(tokens, [[0, missing], [0, 0]], constant_values="")
    return tags_of(some)[:count]
