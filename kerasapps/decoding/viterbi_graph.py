"""`viterbi` for a batch of sentences in a TensorFlow graph."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from kerasapps.decoding.viterbi import Transitions


def viterbi_in_graph(emissions: Any, lengths: Any, transitions: Transitions) -> Any:
    """The tags of the largest score of each sentence, those that `viterbi` finds.

    Of equal scores, which float32 has sooner, both take the tag with the smaller number.

    Args:
        emissions: float32 `(batch, length, tags)`, at least one place, the number of tags known.
        lengths: int32 `(batch,)`, words of each sentence.
        transitions: the scores of tags beside each other; they become constants of the graph.

    Returns:
        int32 `(batch, length)`; behind a sentence's end 0.

    Examples:
        >>> from kerasapps.decoding.viterbi import legal_transitions
        >>> transitions = legal_transitions(("O", "B-PER", "I-PER"))
        >>> emissions = tf.constant([[[1.0, 0.9, 0.0], [0.0, 0.0, 0.5]]])
        >>> viterbi_in_graph(emissions, tf.constant([2]), transitions).numpy().tolist()
        [[1, 2]]
    """
    emissions = tf.convert_to_tensor(emissions)
    tags = emissions.shape[-1]
    length = tf.shape(emissions)[1]
    lengths = tf.cast(lengths, tf.int32)
    steps = tf.transpose(emissions, (1, 0, 2))
    between = tf.constant(transitions.between)
    stay = tf.range(tags)[None]

    def forward(word: Any, scores: Any, came: Any) -> tuple[Any, Any, Any]:
        moves = scores[:, :, None] + between
        real = (word < lengths)[:, None]
        # Behind the end a tag comes from itself, so that the last word's is found there.
        source = tf.where(real, tf.argmax(moves, axis=1, output_type=tf.int32), stay)
        moved = tf.reduce_max(moves, axis=1) + steps[word]
        return word + 1, tf.where(real, moved, scores), came.write(word, source)

    came = tf.TensorArray(tf.int32, length, element_shape=(None, tags))
    first = steps[0] + np.asarray(transitions.start, np.float32)
    _, scores, came = tf.while_loop(lambda word, *_: word < length, forward, (1, first, came))
    last = tf.argmax(scores + transitions.end, axis=-1, output_type=tf.int32)
    found = tf.TensorArray(tf.int32, length, element_shape=(None,))

    def backward(word: Any, tag: Any, found: Any) -> tuple[Any, Any, Any]:
        before = tf.gather(came.read(word), tag, batch_dims=1)
        return word - 1, before, found.write(word, tag)

    _, tag, found = tf.while_loop(lambda word, *_: word > 0, backward, (length - 1, last, found))
    best = tf.transpose(found.write(0, tag).stack())
    return tf.where(tf.range(length)[None] < lengths[:, None], best, 0)
