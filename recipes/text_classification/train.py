"""Texts to token ids, options to a network."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import keras
import numpy as np
import tensorflow as tf

from kerasapps.config import LoadConfig, ModelConfig, TextConfig, TrainConfig
from kerasapps.config.metric import Answer
from kerasapps.data.splits import SPLITS
from kerasapps.data.texts.examples import TextExamples, TextSplits
from kerasapps.deploy.manifest import Manifest
from kerasapps.deploy.readers import text_tokenizer
from kerasapps.evaluation.sections import Table
from kerasapps.export.odd_inputs import OddInput
from kerasapps.layers.ngrams import suitable_buckets
from kerasapps.models import TextShape, backbone
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.outputs.classes.batches import batches_of, resolve_class_weights
from kerasapps.outputs.classes.integer import SCORES
from kerasapps.outputs.classes.judging import ClassJudging
from kerasapps.outputs.classes.mistakes import ShownMistake
from kerasapps.outputs.classes.probabilities import predictor
from kerasapps.outputs.classes.words import Scorer
from kerasapps.paths import user_path
from kerasapps.preprocess.text import (
    encode_texts,
    encoded_lengths,
    reads_whole,
    token_lengths,
    truncated_share,
)
from kerasapps.preprocess.tokenizers import Tokenizer
from kerasapps.preprocess.tokenizers.graph import tokenize_in_graph
from kerasapps.preprocess.tokenizers.spelling import spellings
from kerasapps.preprocess.word_vectors import load_word_vectors
from kerasapps.recipes.text_classification.architectures import ARCHITECTURES, build_classifier
from kerasapps.recipes.text_classification.report import show_texts, text_audit_tables
from kerasapps.recipes.text_classification.task import TASK
from kerasapps.recipes.text_classification.tokens import check_text_options, choose_tokenizer
from kerasapps.terminal import tell
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.experiment import Experiment, SplitInputs, read_inputs
from kerasapps.workflow.fit import with_suggestions
from kerasapps.workflow.judging import Judging, Plan
from kerasapps.workflow.options import options_of
from kerasapps.workflow.reading import trained_on
from kerasapps.workflow.steps import Options

MANY_TOKENS = 300_000  # about ten thousand short texts
MOST_TIME = 3.5


@dataclass(frozen=True)
class NetworkBuilder:
    """Builds the network, each time with fresh weights.

    Attributes:
        model: which architecture, and how large.
        text: word dropout, and whether there are word vectors.
        tokenizer: what the ids mean.
        labels: class names.
        dropout: before the head, or None for the model's own.
        vectors: first values of the embedding, or None.
        ngrams: different runs of neighbouring tokens to tell apart, or None.
    """

    model: ModelConfig
    text: TextConfig
    tokenizer: Tokenizer
    labels: tuple[str, ...]
    dropout: float | None
    vectors: np.ndarray | None = None
    ngrams: int | None = None

    def __call__(self) -> keras.Model:
        """The network for training: it takes texts of any length."""
        return build_classifier(
            self.model,
            self._shape(
                vectors=self.vectors, spellings=spellings(self.tokenizer), ngrams=self.ngrams
            ),
        )

    def for_export(self, network: keras.Model) -> keras.Model:
        """`network` in the form that converts: of static length, recurrences unrolled.

        All but recurrent and pretrained networks are wrapped as they are, whatever the
        architecture of that name is by now.
        """
        length = self.tokenizer.spec.max_length
        if not _is_rebuilt(network):
            ids = keras.Input((length,), dtype="int32", name="ids")
            return keras.Model(ids, network(ids), name=network.name)
        vectors = None
        if self.text.word_vectors is not None:
            # Their values come with the weights; their size decides the architecture.
            vectors = network.get_layer("embedding").get_weights()[0]
        shape = self._shape(vectors=vectors, length=length, for_export=True)
        copy = build_classifier(self.model, shape)
        copy.set_weights(network.get_weights())
        return copy

    def _shape(self, **form: Any) -> TextShape:
        return TextShape(
            vocabulary_size=self.tokenizer.vocabulary_size,
            num_classes=len(self.labels),
            dropout=self.dropout,
            word_dropout=self.text.word_dropout,
            unknown_id=self.tokenizer.unknown_id,
            kept_ids=self.tokenizer.special_ids,
            **form,
        )


def _is_rebuilt(network: keras.Model) -> bool:
    """Whether a network has another form for export: steps written out, or an encoder's inputs."""
    unrolls = any(hasattr(layer, "unroll") for layer in network.layers)
    return unrolls or backbone(network) is not None


def plan_training(options: Options, *, answer: Answer = CLASSES) -> Plan:
    """The options, with the model's own rate and schedule where none were asked for.

    Raises:
        ConfigError: for an unknown model, or options of `text` that cannot work.
    """
    model, train = options["model"], options["train"]
    check_text_options(options["text"], model)
    architecture = ARCHITECTURES.find(model.model)
    train = with_suggestions(train, **architecture.training)
    return Plan(model, train, architecture.family, architecture.minutes, answer)


def with_minutes(plan: Plan, tokens: int) -> Plan:
    """The plan, with more time for more than `MANY_TOKENS`: with their square root, within reason.

    Args:
        plan: of the training.
        tokens: of the training split, padding included.
    """
    more = min(MOST_TIME, max(1.0, (tokens / MANY_TOKENS) ** 0.5))
    return dataclasses.replace(plan, minutes=plan.minutes * more)


def network_builder(
    model: ModelConfig,
    text: TextConfig,
    tokenizer: Tokenizer,
    labels: tuple[str, ...],
    train: TrainConfig,
) -> NetworkBuilder:
    """What builds the network, with the word vectors that `text` names."""
    vectors = None
    if text.word_vectors is not None:
        vectors, share = load_word_vectors(
            user_path(text.word_vectors, what="TextConfig.word_vectors"),
            tokenizer.vocabulary,
            size=tokenizer.vocabulary_size,
        )
        tell(f"{share:.1%} of the vocabulary has a vector in {text.word_vectors}")
    return NetworkBuilder(model, text, tokenizer, labels, train.dropout, vectors)


@dataclass(frozen=True)
class TextReading:
    """How texts become token ids.

    Attributes:
        tokenizer: makes them.
        build: what built the network.
    """

    tokenizer: Tokenizer
    build: NetworkBuilder
    takes: ClassVar[Mapping[str, tf.DType]] = {"text": tf.string}
    integer: ClassVar[str] = SCORES
    refuses: ClassVar[bool] = False

    @property
    def summary(self) -> str:
        """The tokens."""
        spec = self.tokenizer.spec
        return f"{spec.kind}, {self.tokenizer.vocabulary_size:,} tokens, length {spec.max_length}"

    @property
    def spec(self) -> Mapping[str, Any]:
        """The model's input for the manifest."""
        return self.tokenizer.spec.to_dict()

    def raw(self, examples: TextExamples) -> Sequence[str]:
        """The texts."""
        return examples.texts

    def in_graph(self) -> Callable[[Any], Any]:
        """From texts to token ids."""
        return tokenize_in_graph(self.tokenizer)

    def convertible(self, network: keras.Model) -> keras.Model:
        """The network of static length."""
        return self.build.for_export(network)

    def odd_inputs(self) -> Sequence[OddInput]:
        """No text is read otherwise in a graph."""
        return ()

    def audit(self, splits: TextSplits) -> list[Table]:
        """What was found in the texts."""
        return text_audit_tables(splits.audit, cut=_cut(splits, self.tokenizer))

    def mistakes(
        self, splits: TextSplits, network: keras.Model, probabilities: np.ndarray
    ) -> list[ShownMistake]:
        """The worst mistakes, with the weight of each word."""
        return show_texts(
            splits.test,
            probabilities,
            splits.labels,
            score=scorer_of(network, self.tokenizer),
            fits=lambda text: reads_whole(text, self.tokenizer),
        )

    def write_files(self, folder: Path) -> None:
        """Writes the vocabulary."""
        self.tokenizer.save(folder)


def encode_splits(
    splits: TextSplits, tokenizer: Tokenizer, *, config: LoadConfig, cache: Cache
) -> SplitInputs[np.ndarray]:
    """Encodes each split once; in memory while `config.cache_mb` lasts, else on disk."""
    content = [tokenizer.spec.to_dict(), tokenizer.vocabulary]
    with cache.place("encoded", content) as folder:

        def encode(examples: TextExamples, name: str, budget: int) -> np.ndarray:
            return encode_texts(
                examples.texts, tokenizer, budget_bytes=budget, folder=folder, name=name
            )

        memory = cache.memory_bytes(config.cache_mb)
        return read_inputs(splits, encode, memory_bytes=memory)


def _cut(splits: TextSplits, tokenizer: Tokenizer) -> dict[str, float]:
    """Split → share of its texts that is longer than the model reads."""
    length = tokenizer.spec.max_length
    texts = {name: getattr(splits, name).texts for name in SPLITS}
    return {
        name: truncated_share(token_lengths(each, tokenizer), length)
        for name, each in texts.items()
    }


def scorer_of(network: keras.Model, tokenizer: Tokenizer) -> Scorer:
    """From texts to the network's probabilities."""
    predict = predictor(network)
    return lambda texts: predict(np.stack([tokenizer.encode(each) for each in texts]))


def _suitable_ngrams(model: ModelConfig, ids: np.ndarray, *, classes: int) -> int | None:
    """`NetworkBuilder.ngrams`; all texts are gone through only for a model that has such a number.

    Args:
        model: which architecture.
        ids: int32 `(n, length)`, the training texts.
        classes: how many there are.
    """
    if "ngrams" not in ARCHITECTURES.find(model.model).defaults:
        return None
    return suitable_buckets(ids, classes=classes)


def prepare(splits: TextSplits, options: Options, cache: Cache) -> Experiment:
    """Texts and options → token ids, a network's builder and batches."""
    plan, text = plan_training(options), options["text"]
    tokenizer = choose_tokenizer(text, plan.model, splits, cache)
    inputs = encode_splits(splits, tokenizer, config=options["load"], cache=cache)
    weights = resolve_class_weights(plan.train, splits.labels, splits.train.labels)
    build = dataclasses.replace(
        network_builder(plan.model, text, tokenizer, splits.labels, plan.train),
        ngrams=_suitable_ngrams(plan.model, inputs.train, classes=len(splits.labels)),
    )
    judging = ClassJudging(
        splits,
        inputs,
        TextReading(tokenizer, build),
        each_epoch=plan.is_judged,
        class_weights=weights,
    )
    return Experiment(
        plan=with_minutes(plan, inputs.train.size),
        build=build,
        judging=judging,
        batches=batches_of(
            splits, inputs, train=plan.train, class_weights=weights, lengths=encoded_lengths
        ),
        ship=judging.finish,
        reopen=judging.reopen,
    )


def reload(manifest: Manifest, data: Any, work: Path) -> Judging:
    """The data that a bundle was trained on, prepared as it was then."""
    options = options_of(TASK, manifest)
    splits = trained_on(TASK, manifest, data, work)
    tokenizer = text_tokenizer(manifest)
    build = NetworkBuilder(
        options["model"], options["text"], tokenizer, splits.labels, options["train"].dropout
    )
    inputs = encode_splits(splits, tokenizer, config=options["load"], cache=Cache(work))
    return ClassJudging(splits, inputs, TextReading(tokenizer, build))
