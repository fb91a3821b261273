"""The sides of `input_pipeline.py texts` and `pairs`; see `input_sides.py`."""

from __future__ import annotations

import argparse
import csv
from typing import Any

from input_epochs import Epochs, all_of, endless

LONGEST = 256
WORDS = 20_000


def read_texts(arguments: argparse.Namespace) -> tuple[list[str], list[int]]:
    """The texts and class numbers of a table."""
    with arguments.data[0].open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))[: arguments.limit or None]
    classes = sorted({row["label"] for row in rows})
    return [row["text"] for row in rows], [classes.index(row["label"]) for row in rows]


class OurTexts:
    """`encode_texts`, then `training_batches`."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        import kerasapps  # noqa: F401  (before TensorFlow, whose settings it makes)
        from kerasapps.preprocess import learn_tokenizer

        self._texts, self._labels = read_texts(arguments)
        self._batch = arguments.batch
        self._tokenizer = learn_tokenizer(self._texts, vocab_size=WORDS, max_length=LONGEST)

    def start(self) -> Epochs:
        from kerasapps.preprocess.pipeline import steps_per_epoch, training_batches
        from kerasapps.preprocess.text import encode_texts, encoded_lengths

        ids = encode_texts(self._texts, self._tokenizer)
        batches = training_batches(
            ids,
            self._labels,
            num_classes=max(self._labels) + 1,
            batch_size=self._batch,
            seed=0,
            lengths=encoded_lengths(ids),
        )
        return endless(batches, steps_per_epoch(len(ids), self._batch))


class TfTexts:
    """`TextVectorization` in a `tf.data` map."""

    cached = False

    def __init__(self, arguments: argparse.Namespace) -> None:
        import keras

        self._texts, self._labels = read_texts(arguments)
        self._batch = arguments.batch
        self._vectorize = keras.layers.TextVectorization(max_tokens=WORDS)
        self._vectorize.adapt(self._texts)

    def start(self) -> Epochs:
        import tensorflow as tf

        classes = max(self._labels) + 1

        def encode(texts: Any, labels: Any) -> tuple[Any, Any]:
            ids = tf.cast(self._vectorize(texts), tf.int32)
            return ids[:, :LONGEST], tf.one_hot(labels, classes)

        dataset = tf.data.Dataset.from_tensor_slices((self._texts, self._labels))
        dataset = dataset.shuffle(len(self._texts), seed=0).batch(self._batch)
        dataset = dataset.map(encode, num_parallel_calls=tf.data.AUTOTUNE)
        dataset = dataset.cache() if self.cached else dataset
        dataset = dataset.prefetch(tf.data.AUTOTUNE)
        return lambda: all_of(dataset)


class CachedTfTexts(TfTexts):
    """The same with the batches kept in memory."""

    cached = True


class Pairs:
    """Sentence pairs and a tokenizer of ours for both languages."""

    tokens = 4096  # target pieces a batch

    def __init__(self, arguments: argparse.Namespace) -> None:
        import kerasapps  # noqa: F401  (before TensorFlow, whose settings it makes)
        from kerasapps.config import TranslationConfig
        from kerasapps.data.pairs.examples import PairExamples
        from kerasapps.preprocess import learn_pair_tokenizer

        sides = [
            each.read_text(encoding="utf-8").splitlines()[: arguments.limit or None]
            for each in arguments.data
        ]
        self.sources, self.targets = sides
        self.examples = PairExamples(self.sources, self.targets, range(len(self.sources)))
        self.tokenizer = learn_pair_tokenizer(
            self.sources, self.targets, translation=TranslationConfig(vocab_size=8000)
        )


class OurPairs(Pairs):
    """`encode_pairs`, then `pair_batches`."""

    def start(self) -> Epochs:
        from kerasapps.preprocess import encode_pairs
        from kerasapps.preprocess.pair_pipeline import pair_batches, steps_per_epoch

        pairs = encode_pairs(self.examples, self.tokenizer)
        batches = iter(pair_batches(pairs, batch_tokens=self.tokens, seed=0))
        steps = steps_per_epoch(pairs, batch_tokens=self.tokens)

        def epoch() -> int:
            for _ in range(steps):
                next(batches)
            return len(pairs)

        return epoch


class TfPairs(Pairs):
    """SentencePiece's graph operation in a `tf.data` map, and buckets."""

    cached = False

    def start(self) -> Epochs:
        import tensorflow as tf
        import tensorflow_text as text

        spec = self.tokenizer.spec
        pieces = text.SentencepieceTokenizer(self.tokenizer.models[0], add_eos=True)

        def encode(source: Any, target: Any) -> tuple[Any, Any, Any]:
            ids = pieces.tokenize(target)[: spec.max_target]
            start = tf.constant([self.tokenizer.start_id])
            behind = tf.concat([start, ids[:-1]], 0)
            return pieces.tokenize(source)[: spec.max_source], behind, ids

        dataset = tf.data.Dataset.from_tensor_slices((self.sources, self.targets))
        dataset = dataset.map(encode, num_parallel_calls=tf.data.AUTOTUNE)
        dataset = dataset.cache() if self.cached else dataset
        bounds = list(range(8, spec.max_target, 8))
        sizes = [max(1, self.tokens // bound) for bound in (*bounds, spec.max_target)]
        dataset = dataset.shuffle(len(self.sources), seed=0).bucket_by_sequence_length(
            lambda source, behind, target: tf.shape(target)[0],
            bucket_boundaries=[bound + 1 for bound in bounds],
            bucket_batch_sizes=sizes,
        )
        dataset = dataset.prefetch(tf.data.AUTOTUNE)
        return lambda: all_of(dataset)


class CachedTfPairs(TfPairs):
    """The same with the ids of each pair kept in memory."""

    cached = True
