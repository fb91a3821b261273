"""SentencePiece inside a TensorFlow graph, by TensorFlow Text: the ids and texts of Python.

A SavedModel that holds one of these modules needs `import tensorflow_text` before it is loaded.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf
import tensorflow_text

from kerasapps.preprocess.tokenizers.subword import PairTokenizer


def encode_sources_in_graph(tokenizer: PairTokenizer) -> SourceGraph:
    """A function from strings to source ids: those of `PairTokenizer.encode_source`.

    What comes back is a `tf.Module`, because the model is a resource: keep it as an attribute of
    the object that is saved (`module.encode = encode_sources_in_graph(tokenizer)`), or saving
    fails with "untracked resource".

    Returns:
        A module to call with strings `(batch,)`, UTF-8; it gives int32 ids `(batch, max_source)`,
        filled up with 0 on the right.

    Examples:
        >>> splits = kerasapps.data.load_pairs("builtin:phrases")
        >>> tokenizer = kerasapps.preprocess.learn_pair_tokenizer(
        ...     splits.train.sources, splits.train.targets
        ... )
        >>> encode = kerasapps.preprocess.encode_sources_in_graph(tokenizer)
        >>> encode(tf.constant(splits.test.sources[0:2])).shape[0]
        2
    """
    return SourceGraph(tokenizer)


def decode_targets_in_graph(tokenizer: PairTokenizer) -> TargetGraph:
    """A function from target ids to texts: those of `PairTokenizer.decode_target`.

    Returns:
        A module (see `encode_sources_in_graph`) to call with int32 ids `(batch, t)`; it gives
        strings `(batch,)`, UTF-8. What stands behind the end mark 3 is not read.

    Examples:
        >>> splits = kerasapps.data.load_pairs("builtin:phrases")
        >>> tokenizer = kerasapps.preprocess.learn_pair_tokenizer(
        ...     splits.train.sources, splits.train.targets
        ... )
        >>> decode = kerasapps.preprocess.decode_targets_in_graph(tokenizer)
        >>> ids = tokenizer.encode_target(splits.train.targets[0])
        >>> decode(ids[np.newaxis])[0].numpy().decode() == splits.train.targets[0]
        True
    """
    return TargetGraph(tokenizer)


class SourceGraph(tf.Module):
    """`PairTokenizer.encode_source` on a batch of strings; see `encode_sources_in_graph`."""

    def __init__(self, tokenizer: PairTokenizer) -> None:
        super().__init__()
        self._length, self._end, self._pad = (
            tokenizer.spec.max_source,
            tokenizer.end_id,
            tokenizer.pad_id,
        )
        self._tokenizer = tensorflow_text.SentencepieceTokenizer(tokenizer.models[0], name="source")

    def __call__(self, texts: Any) -> tf.Tensor:
        """int32 ids `(batch, max_source)` of strings `(batch,)`."""
        pieces = self._tokenizer.tokenize(texts)[:, : self._length - 1]
        ends = tf.fill([pieces.nrows(), 1], self._end)
        ids = tf.concat([pieces, tf.RaggedTensor.from_tensor(ends)], axis=1)
        return ids.to_tensor(self._pad, shape=(None, self._length))


class TargetGraph(tf.Module):
    """`PairTokenizer.decode_target` on a batch of ids; see `decode_targets_in_graph`."""

    def __init__(self, tokenizer: PairTokenizer) -> None:
        super().__init__()
        self._end = tokenizer.end_id
        # Two tokenizers of one name are one resource in a SavedModel that is loaded again.
        self._tokenizer = tensorflow_text.SentencepieceTokenizer(
            tokenizer.models[-1], name="target"
        )

    def __call__(self, ids: Any) -> tf.Tensor:
        """Strings `(batch,)` of int32 ids `(batch, t)`."""
        ended = tf.cumsum(tf.cast(tf.equal(ids, self._end), tf.int32), axis=1) > 0
        return self._tokenizer.detokenize(tf.ragged.boolean_mask(ids, ~ended))
