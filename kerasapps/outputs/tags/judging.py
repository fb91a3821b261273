"""What is done with any network that tags words, from its start to its report."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final, Protocol, cast

import keras
import numpy as np

from kerasapps.config import ExportConfig
from kerasapps.config.iob2 import OUTSIDE
from kerasapps.config.metric import Answer
from kerasapps.data.splits import Splits
from kerasapps.decoding.viterbi import Transitions
from kerasapps.errors import ExportError
from kerasapps.evaluation.report import TaskReport
from kerasapps.evaluation.sections import Table
from kerasapps.evaluation.usage import Asked, Usage
from kerasapps.export.artifact import Artifact, Measurement
from kerasapps.export.gate import Agreement, Runners
from kerasapps.export.tflite import convert_network
from kerasapps.export.verify import HeldOut, verify
from kerasapps.model_inputs import rows_of
from kerasapps.models import backbone
from kerasapps.outputs.convertible import convertible
from kerasapps.outputs.reading import InputReading, TellsInput
from kerasapps.outputs.tags.agreement import same_tags
from kerasapps.outputs.tags.answer import TAG_ANSWER, TAGS, TRANSITIONS_FILE
from kerasapps.outputs.tags.counts import entity_scores
from kerasapps.outputs.tags.emissions import TagRows, emitting
from kerasapps.outputs.tags.figures import TagMetrics, tag_metrics
from kerasapps.outputs.tags.integer import EMISSIONS
from kerasapps.outputs.tags.report import tag_report
from kerasapps.outputs.tags.sentences import likeliest_tags
from kerasapps.outputs.tags.transitions_file import write_transitions
from kerasapps.outputs.timing import time_first
from kerasapps.training.criterion import Criterion
from kerasapps.workflow.experiment import SplitInputs
from kerasapps.workflow.judging import Candidates, Judged
from kerasapps.workflow.samples import LONGEST_TEXT, Sample, spread
from kerasapps.workflow.ship import draw_rows

RUNNERS = Runners("kerasapps.deploy.measure_tflite", "kerasapps.outputs.tags.measure_saved_model")


class TagReading(InputReading, Protocol):
    """How a task's sentences become model inputs, and how they are shown."""

    def criterion(self, network: keras.Model) -> Criterion:
        """What a training of the network minimises."""

    def transitions(self, network: keras.Model) -> Transitions:
        """What follows what, of a trained network; what cannot be is forbidden."""

    def convertible(self, network: keras.Model) -> keras.Model:
        """The trained network in the form that converts to TFLite."""

    def write_saved_model(
        self, network: keras.Model, transitions: Transitions, folder: Path
    ) -> None:
        """Writes a SavedModel from texts, or from words, to tags."""

    def audit(self, splits: Splits[Any]) -> list[Table]:
        """What was found in the data, as tables."""

    def asked(self, splits: Splits[Any]) -> Asked:
        """What a bundle is asked, as it is written."""

    def write_files(self, folder: Path) -> None:
        """Writes what a phone needs beside the model."""


_NOTHING: Final = "Warning: no entity is found yet; train longer or on more data."


@dataclass(frozen=True)
class TagJudging(TellsInput):
    """Tagged sentences as model inputs; a `workflow.judging.Judging`.

    Attributes:
        splits: the audited examples; their labels are the tags.
        inputs: the same as model inputs.
        reading: how words become model inputs.
        each_epoch: whether every epoch ends with the F1 of the validation split.
    """

    splits: Splits[Any]
    inputs: SplitInputs[TagRows]
    reading: TagReading
    each_epoch: bool = False
    answer: ClassVar[Answer] = TAGS

    def answering(self, judged: Judged) -> Mapping[str, Any]:
        """What the output means."""
        return TAG_ANSWER

    def start(self, network: keras.Model) -> None:
        """A tagger takes nothing from the data but its vocabulary."""

    def fit_options(self, network: keras.Model) -> Mapping[str, Any]:
        """What is minimised, and a judge where every epoch has one."""
        judge = self.epoch_judge(network) if self.each_epoch else None
        return {
            "criterion": self.reading.criterion(network),
            "judge": judge,
            "backbone": backbone(network),
        }

    def epoch_judge(self, network: keras.Model) -> Callable[[], float]:
        """F1 of the validation split, 0 to 1, by the weights of the day."""
        emissions, rows = emitting(network), self.inputs.validation
        truth = self.splits.validation.tags

        def judge() -> float:
            transitions = self.reading.transitions(network)
            tags = self.sentences(rows, emissions(rows), transitions)
            return entity_scores(truth, tags)[0].f1

        return judge

    def sentences(
        self, rows: TagRows, scores: np.ndarray, transitions: Transitions
    ) -> list[list[str]]:
        """The likeliest tags of each sentence, of scores as `likeliest_tags` takes them."""
        parts = likeliest_tags(scores, rows.rows.lengths, transitions, tags=self.splits.labels)
        return rows.rows.joined(parts, count=int(rows.rows.sentences[-1]) + 1)

    def judge(self, network: keras.Model) -> Judged:
        """A network with its scores and figures on the test split."""
        scores = emitting(network)(self.inputs.test)
        tags = self.sentences(self.inputs.test, scores, self.reading.transitions(network))
        figures = tag_metrics(self.splits.test.tags, tags)
        headline = (
            f"{self.splits.judged_on.capitalize()} F1 {figures.f1:.2%} (precision "
            f"{figures.precision:.2%}, recall {figures.recall:.2%})"
        )
        warnings = () if figures.f1 else (_NOTHING,)
        return Judged(network, scores, figures, figures.f1, headline, warnings)

    def by_example(self, judged: Judged) -> list[np.ndarray]:
        """Probabilities of the tags of each word of the test split: float32 `(words, tags)`.

        Each word's scores alone make them; what may follow what is not asked.
        """
        rows = self.inputs.test.rows
        shares = keras.ops.convert_to_numpy(keras.ops.softmax(judged.answers, axis=-1))
        parts = [each[:length] for each, length in zip(shares, rows.lengths, strict=True)]
        sentences = rows.joined(parts, count=int(rows.sentences[-1]) + 1)
        return [np.stack(words) for words in sentences]

    def on_validation(self) -> TagJudging:
        """The same with the validation split in the test split's place."""
        if self.splits.judged_on == "validation":
            return self
        return dataclasses.replace(
            self,
            splits=dataclasses.replace(self.splits, test=self.splits.validation),
            inputs=dataclasses.replace(self.inputs, test=self.inputs.validation),
        )

    def learnt_validation(self, network: keras.Model) -> bool:
        """A tagger never does."""
        return False

    def export(
        self, judged: Judged, *, config: ExportConfig, seed: int, folder: Path
    ) -> Candidates:
        """TFLite files from ids to a score a word and tag, and a SavedModel from texts to tags."""
        candidates: dict[str, Path | ExportError] = {}
        if config.quantization:
            train = self.inputs.train
            rows = draw_rows(len(train.rows), config.calibration, seed=seed)
            candidates |= convert_network(
                convertible(self.reading, judged.network),
                folder=folder,
                modes=config.quantization,
                calibration=rows_of(train.inputs, rows),
                integer=EMISSIONS,
            )
        if config.saved_model:
            candidates["saved_model"] = target = folder / "saved_model"
            transitions = self.reading.transitions(judged.network)
            self.reading.write_saved_model(judged.network, transitions, target)
        return candidates

    def verify(
        self, candidates: Candidates, judged: Judged, *, tolerance: float, folder: Path
    ) -> tuple[Artifact, ...]:
        """The F1 of every file on the test split, with the likeliest tags of its scores."""
        transitions = self.reading.transitions(judged.network)
        test, truth = self.inputs.test, self.splits.test.tags
        tags_of = functools.partial(self.sentences, test, transitions=transitions)

        def agree(scores: np.ndarray, reference: np.ndarray, *, tolerance: float) -> Agreement:
            return same_tags(tags_of(scores), tags_of(reference), tolerance=tolerance)

        words = list(test.rows.parts(self.splits.test.sentences))
        length = test.targets.shape[1]
        held_out = HeldOut(
            inputs=test.inputs,
            raw=[{"tokens": [*each, *[""] * (length - len(each))]} for each in words],
            reference=judged.answers,
            metric=self.answer.metric,
            share=lambda scores: entity_scores(truth, tags_of(scores))[0].f1,
            agree=agree,
            runners=RUNNERS,
            labels=self.splits.labels,
        )
        return verify(candidates, held_out=held_out, tolerance=tolerance, folder=folder)

    def time(self, model: Path, folder: Path) -> Measurement:
        """As `benchmark_bundle` times the file when it has shipped."""
        return time_first(model, self.inputs.validation.inputs, folder=folder)

    def report(self, judged: Judged) -> TaskReport:
        """What a report says of tags."""
        transitions = self.reading.transitions(judged.network)
        test = self.splits.test
        return tag_report(
            cast(TagMetrics, judged.figures),
            test.sentences,
            truth=test.tags,
            predicted=self.sentences(self.inputs.test, judged.answers, transitions),
            origins=test.origins,
            judged_on=self.splits.judged_on,
            audit=self.reading.audit(self.splits),
            usage=Usage(
                asked=self.reading.asked(self.splits),
                shown="[(each.label, each.text) for each in answer.entities]",
                gives=f"a score for each word and each of the {len(self.splits.labels)} tags of "
                f"labels.txt; with those of {TRANSITIONS_FILE} the likeliest tags are found",
            ),
        )

    def samples(self, examples: Any, folder: Path) -> Sequence[Sample]:
        """A few sentences of the shorter half, as texts, those with entities first."""
        texts = [" ".join(words) for words in examples.sentences]
        order = np.argsort([len(text) for text in texts], kind="stable")
        marked = [row for row in order if any(tag != OUTSIDE for tag in examples.tags[row])]
        rows = marked or [*order]
        chosen = spread(rows[: (len(rows) + 1) // 2])
        return [Sample(texts[row], texts[row]) for row in chosen if len(texts[row]) <= LONGEST_TEXT]

    def write_files(self, judged: Judged, folder: Path) -> None:
        """Writes the vocabularies, and what follows what."""
        self.reading.write_files(folder)
        write_transitions(self.reading.transitions(judged.network), folder)

    def write_models(self, judged: Judged, folder: Path) -> None:
        """There are no others."""
