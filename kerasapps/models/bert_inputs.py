"""The three inputs that clients of BERT-shaped networks give."""

from __future__ import annotations

from typing import Any

import keras

EXPORT_INPUTS = ("input_word_ids", "input_mask", "input_type_ids")
"""Names of a BERT-shaped export's inputs, all int32 `(batch, length)`."""


def bert_inputs(length: int | None) -> list[Any]:
    """Keras inputs of those names: ids, 1 where a token is and 0 where padding, segments."""
    return [keras.Input((length,), dtype="int32", name=name) for name in EXPORT_INPUTS]


def with_bert_inputs(network: keras.Model, length: int) -> keras.Model:
    """A network of token ids, taking what a BERT takes.

    A token whose mask is 0 counts as padding, whatever its id. A mask of more than 1 counts as 1,
    and segments change nothing: the network was trained on one. So with the mask of the padding it
    answers exactly as `network`.

    Args:
        network: from int32 ids `(batch, length)`, padded with 0.
        length: tokens of a text.

    Examples:
        >>> shape = kerasapps.models.TextShape(vocabulary_size=50, num_classes=2, length=8)
        >>> network = with_bert_inputs(kerasapps.models.text_cnn(shape), 8)
        >>> [each.name for each in network.inputs]
        ['input_word_ids', 'input_mask', 'input_type_ids']
    """
    ops = keras.ops
    ids, mask, types = inputs = bert_inputs(length)
    # Segments are 0 or more, so their minimum with 0 is 0; but no converter knows that, and all
    # three stay inputs of the file. Of int32, TFLite has no plain addition or comparison to use.
    none = ops.minimum(types, 0)
    kept = ops.minimum(ops.maximum(mask, none), 1)
    return keras.Model(inputs, network(ops.multiply(ids, kept)), name=network.name)
