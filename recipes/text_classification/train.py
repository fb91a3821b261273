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

from kerasapps.config import LoadConfig
from kerasapps.config.own import is_own
from kerasapps.config.targets import TargetKind
from kerasapps.data.splits import SPLITS
from kerasapps.data.texts.examples import TextExamples, TextSplits
from kerasapps.deploy.manifest import Manifest
from kerasapps.deploy.readers import text_tokenizer
from kerasapps.evaluation.sections import Section, Table
from kerasapps.evaluation.usage import Asked
from kerasapps.export.network import keeping_temperature
from kerasapps.export.odd_inputs import OddInput
from kerasapps.model_inputs import ModelInputs
from kerasapps.outputs.asking import ask_text
from kerasapps.outputs.batches import batches_of
from kerasapps.outputs.classes.integer import SCORES
from kerasapps.outputs.classes.mistakes import ShownMistake
from kerasapps.outputs.classes.probabilities import predictor
from kerasapps.outputs.classes.words import Scorer
from kerasapps.outputs.labels.integer import LABEL_SCORES
from kerasapps.outputs.numbers.integer import NUMBERS
from kerasapps.outputs.reading import ShownExample
from kerasapps.outputs.several.integer import SEVERAL
from kerasapps.preprocess.text import (
    encode_texts,
    encoded_lengths,
    reads_whole,
    token_lengths,
    truncated_share,
)
from kerasapps.preprocess.tokenizers import Tokenizer
from kerasapps.preprocess.tokenizers.graph import tokenize_in_graph
from kerasapps.recipes.answering import trust_of
from kerasapps.recipes.attacks import attacks_of
from kerasapps.recipes.ensembles import teaching_by
from kerasapps.recipes.judgings import (
    building,
    class_weights_of,
    decided_as,
    judging_of,
    learnt_of,
    outputs_of,
    reopening,
    shipping,
)
from kerasapps.recipes.teaching import lessons_of
from kerasapps.recipes.text_classification.attacks import space
from kerasapps.recipes.text_classification.network import NetworkBuilder, network_builder
from kerasapps.recipes.text_classification.plan import plan_training
from kerasapps.recipes.text_classification.report import (
    cut_text,
    show_texts,
    text_audit_tables,
)
from kerasapps.recipes.text_classification.task import TASK
from kerasapps.recipes.text_classification.tokens import choose_tokenizer
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.experiment import Experiment, SplitInputs, read_inputs
from kerasapps.workflow.judging import Judging
from kerasapps.workflow.options import options_of
from kerasapps.workflow.plan import Plan
from kerasapps.workflow.reading import trained_on
from kerasapps.workflow.samples import Sample, sample_text
from kerasapps.workflow.steps import Options

INTEGER: Mapping[TargetKind, str] = {
    "class": SCORES,
    "labels": LABEL_SCORES,
    "number": NUMBERS,
    "several": SEVERAL,
}
"""What makes the int8 file, by what is answered."""
MANY_TOKENS = 300_000  # about ten thousand short texts
MOST_TIME = 3.5


def with_minutes(plan: Plan, tokens: int) -> Plan:
    """The plan, with more time for more than `MANY_TOKENS`: with their square root, within reason.

    Args:
        plan: of the training.
        tokens: of the training split, padding included.
    """
    more = min(MOST_TIME, max(1.0, (tokens / MANY_TOKENS) ** 0.5))
    return dataclasses.replace(plan, minutes=plan.minutes * more)


@dataclass(frozen=True)
class TextReading:
    """How texts become token ids.

    Attributes:
        tokenizer: makes them.
        build: what built the network.
        integer: what makes the int8 file, by what is answered; see `convert_network`.
    """

    tokenizer: Tokenizer
    build: NetworkBuilder
    integer: str = SCORES
    takes: ClassVar[Mapping[str, tf.DType]] = {"text": tf.string}
    refuses: ClassVar[bool] = False
    has_front_end: ClassVar[bool] = False

    @property
    def summary(self) -> str:
        """The tokens."""
        spec = self.tokenizer.spec
        return f"{spec.kind}, {self.tokenizer.vocabulary_size:,} tokens, length {spec.max_length}"

    @property
    def spec(self) -> Mapping[str, Any]:
        """The model's input for the manifest."""
        return self.tokenizer.spec.to_dict()

    def explained(self) -> Mapping[str, Any]:
        """The same, and what is done to get there, for programs of other people."""
        return self.tokenizer.explained()

    def raw(self, examples: TextExamples) -> Sequence[str]:
        """The texts."""
        return examples.texts

    def in_graph(self) -> Callable[[Any], Any]:
        """From texts to token ids."""
        return tokenize_in_graph(self.tokenizer)

    def convertible(self, network: keras.Model) -> keras.Model:
        """The network of static length."""
        return keeping_temperature(network, self.build.for_export)

    def odd_inputs(self) -> Sequence[OddInput]:
        """No text is read otherwise in a graph."""
        return ()

    def audit(self, splits: TextSplits) -> list[Table]:
        """What was found in the texts."""
        return text_audit_tables(splits.audit, cut=_cut(splits, self.tokenizer))

    def asked(self, splits: TextSplits) -> Asked:
        """A text, as it is written."""
        return ask_text(splits.test.texts, length=self.tokenizer.spec.max_length)

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

    def shown(
        self,
        examples: TextExamples,
        rows: Sequence[int],
        *,
        network: keras.Model,
        outputs: Sequence[int],
    ) -> list[ShownExample]:
        """Some texts, as a report shows them, without which words spoke for an output."""
        return [
            ShownExample(text=cut_text(examples.texts[row]), source=examples.origin(row))
            for row in rows
        ]

    def sections(
        self, splits: TextSplits, error: Callable[[ModelInputs, np.ndarray], float], *, unit: str
    ) -> list[Section]:
        """Nothing more is said of numbers."""
        return []

    def samples(self, examples: TextExamples, rows: Sequence[int], folder: Path) -> list[Sample]:
        """The texts."""
        return [sample_text(examples.texts[row]) for row in rows]

    def write_files(self, folder: Path) -> None:
        """Writes the vocabulary."""
        self.tokenizer.save(folder)


def encode_splits(
    splits: TextSplits, tokenizer: Tokenizer, *, config: LoadConfig, cache: Cache
) -> SplitInputs[np.ndarray]:
    """Encodes each split once; in memory while `config.cache_mb` lasts, else on disk.

    With `config.disk_cache` False, what has no room in memory is encoded again for every batch.
    """
    content = [tokenizer.spec.to_dict(), tokenizer.vocabulary]
    with cache.place("encoded", content) as folder:

        def encode(examples: TextExamples, name: str, budget: int) -> np.ndarray:
            return encode_texts(
                examples.texts,
                tokenizer,
                budget_bytes=budget,
                folder=folder,
                name=name,
                on_disk=config.on_disk,
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


def prepare(splits: TextSplits, options: Options, cache: Cache) -> Experiment:
    """Texts and options → token ids, a network's builder and batches."""
    plan, text = plan_training(options, answer=TASK.answer_to(splits)), options["text"]
    tokenizer = choose_tokenizer(text, plan.model, splits, cache)
    inputs = encode_splits(splits, tokenizer, config=options["load"], cache=cache)
    weights = class_weights_of(plan.train, splits)
    lessons = lessons_of(TASK, splits, options, cache, inputs=inputs.train)
    build = network_builder(
        plan.model, text, tokenizer, outputs_of(splits), train=plan.train, ids=inputs.train
    )
    judging = judging_of(
        splits,
        inputs,
        TextReading(tokenizer, build, INTEGER[splits.target.kind]),
        each_epoch=plan.is_judged,
        label_loss=text.label_loss,
        class_weights=weights,
        trust=trust_of(options),
    )
    return Experiment(
        plan=with_minutes(plan, inputs.train.size),
        build=building(splits, build),
        judging=judging,
        batches=batches_of(
            splits,
            inputs,
            train=plan.train,
            targets=learnt_of(splits),
            class_weights=weights,
            lengths=None if is_own(plan.model.model) else encoded_lengths,
            lessons=lessons,
        ),
        lessons=lessons,
        **attacks_of(options, space),
        ship=shipping(judging, finishes=True),
        reopen=reopening(judging),
        teach=teaching_by(splits),
    )


def reload(manifest: Manifest, data: Any, work: Path) -> Judging:
    """The data that a bundle was trained on, prepared as it was then."""
    options = options_of(TASK, manifest)
    splits = trained_on(TASK, manifest, data, work)
    tokenizer = text_tokenizer(manifest)
    build = NetworkBuilder(
        options["model"], options["text"], tokenizer, outputs_of(splits), options["train"].dropout
    )
    inputs = encode_splits(splits, tokenizer, config=options["load"], cache=Cache(work))
    reading = TextReading(tokenizer, build, INTEGER[splits.target.kind])
    judging = judging_of(
        splits,
        inputs,
        reading,
        label_loss=options["text"].label_loss,
        class_weights=class_weights_of(options["train"], splits),
        trust=trust_of(options),
    )
    return decided_as(judging, manifest.answer)
