"""Every task that a bundle can be for, and what commands on a finished bundle ask of it.

This is the one place where a task's name decides anything. Importing it imports no TensorFlow:
only a task's `Steps` need that.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol, cast

from kerasapps.config import (
    DEFAULT_TEXT_MODEL,
    DEFAULT_TRANSLATION_MODEL,
    Architecture,
    ExportConfig,
    ImageConfig,
    LoadConfig,
    ModelConfig,
    Monitor,
    TextConfig,
    TrainConfig,
    TranslationConfig,
)
from kerasapps.deploy.manifest import Manifest
from kerasapps.errors import BundleError
from kerasapps.export.artifact import Measurement
from kerasapps.outputs.classes.finished import evaluate_classifier, time_classifier
from kerasapps.outputs.classes.labelled import labelled_pictures, labelled_texts
from kerasapps.recipes.text_classification.explain import explain_words, refuse_to_explain
from kerasapps.recipes.translation.finished import (
    evaluate_translator,
    explain_translation,
    time_translator,
)
from kerasapps.workflow.options import Options
from kerasapps.workflow.result import Explained, Figures
from kerasapps.workflow.training_data import ReadExamples, read_pairs, read_pictures, read_texts

if TYPE_CHECKING:
    from kerasapps.data.examples import Splits
    from kerasapps.workflow.cache import Cache
    from kerasapps.workflow.experiment import Experiment
    from kerasapps.workflow.prepared import Plan, Prepared

IMAGE_CLASSIFICATION = "image_classification"
SENTIMENT = "sentiment"
TRANSLATION = "translation"


class Evaluate(Protocol):
    """Judges one of a bundle's files on examples whose answers are known."""

    def __call__(
        self,
        bundle: Any,
        data: Any,
        *,
        options: Mapping[str, Any],
        max_broken: float,
        scratch: Path,
    ) -> Figures:
        """Figures of a loaded bundle; `options` are those of the task that were given."""


class Explain(Protocol):
    """Says why a loaded bundle answers a text as it does."""

    def __call__(self, bundle: Any, text: str, *, label: str | None) -> Explained:
        """`label` is the one to explain, None for the likeliest."""


class Time(Protocol):
    """Times one of a bundle's files in a process of its own."""

    def __call__(
        self, manifest: Manifest, model: Path, *, threads: int, folder: Path
    ) -> Measurement:
        """`model` is a TFLite file or a SavedModel's folder, `folder` scratch space."""


class Steps(Protocol):
    """What a task's training does with examples: a module that imports TensorFlow."""

    def model_facts(self, name: str) -> Architecture:
        """What a search must know of a model."""

    def plan_training(self, options: Options) -> Plan:
        """The options, with what suits the model where none were asked for."""

    def prepare(self, splits: Splits[Any, Any], options: Options, cache: Cache) -> Experiment:
        """Examples and options, ready to be trained."""

    def reload(self, manifest: Manifest, data: Any, work: Path) -> Prepared:
        """The data that a bundle was trained on, prepared as it was then; `work` is scratch."""


@dataclass(frozen=True)
class Metric:
    """The figure by which a task's exported files are compared.

    Attributes:
        name: for people.
        key: its name in `metrics`.
        perfect: the best that it can be there; `Artifact.metric` is a share of it.
        unit: written behind a value from 0 to 100.
    """

    name: str
    key: str
    perfect: float
    unit: str = ""

    def share(self, metrics: Mapping[str, Any]) -> float:
        """The figure in `metrics`, 0 to 1."""
        return float(metrics[self.key]) / self.perfect


@dataclass(frozen=True)
class Task:
    """What can be done for one task, in training and with a finished bundle.

    Attributes:
        noun: what it is given.
        metric: by what its files are compared.
        options: what `evaluate_bundle` takes for it besides the data.
        evaluate: judges one of its files.
        explain: says why it answers a text as it does.
        time: times one of its files.
        defaults: the options of its recipe where nobody sets any.
        trial_values: options that cost time and change no figure of a search's trials.
        read: reads examples and splits them.
        figure: of an epoch, by which trials of a search are compared.
        judged: the monitor that its judge measures after each epoch; see `judged_figure`.
        package: with its `Steps` in `train`.
    """

    noun: str
    metric: Metric
    options: frozenset[str]
    evaluate: Evaluate
    explain: Explain
    time: Time
    defaults: Options
    trial_values: Mapping[str, Any]
    read: ReadExamples
    figure: str
    judged: Monitor
    package: str

    @property
    def judged_figure(self) -> str:
        """What its judge measures, as a search calls it: "val_macro_f1" or "val_bleu"."""
        return f"val_{self.judged}"

    @property
    def quality(self) -> str:
        """What `figure` measures, "accuracy" or "bleu"."""
        return self.figure.removeprefix("val_")

    @property
    def steps(self) -> Steps:
        """What its training does with examples; imports TensorFlow."""
        return cast("Steps", importlib.import_module(f"{self.package}.train"))


def _defaults(model: str, **section: Any) -> Options:
    return {
        "model": ModelConfig(model=model),
        "load": LoadConfig(),
        **section,
        "train": TrainConfig(),
        "export": ExportConfig(),
    }


ACCURACY = Metric("accuracy", "accuracy", perfect=1, unit=" %")

TASKS: Mapping[str, Task] = MappingProxyType(
    {
        IMAGE_CLASSIFICATION: Task(
            noun="pictures",
            metric=ACCURACY,
            options=frozenset({"image_column", "label_column", "unknown_classes"}),
            evaluate=functools.partial(evaluate_classifier, labelled_pictures),
            explain=refuse_to_explain,
            time=time_classifier,
            defaults=_defaults(ModelConfig().model, image=ImageConfig()),
            trial_values={},
            read=read_pictures,
            figure="val_accuracy",
            judged="macro_f1",
            package="kerasapps.recipes.image_classification",
        ),
        SENTIMENT: Task(
            noun="texts",
            metric=ACCURACY,
            options=frozenset({"text_column", "label_column", "encoding", "unknown_classes"}),
            evaluate=functools.partial(evaluate_classifier, labelled_texts),
            explain=explain_words,
            time=time_classifier,
            defaults=_defaults(DEFAULT_TEXT_MODEL, text=TextConfig()),
            trial_values={},
            read=read_texts,
            figure="val_accuracy",
            judged="macro_f1",
            package="kerasapps.recipes.text_classification",
        ),
        TRANSLATION: Task(
            noun="sentence pairs",
            metric=Metric("BLEU", "bleu_greedy", perfect=100),
            options=frozenset(
                {
                    *("source_column", "target_column", "source_language", "target_language"),
                    *("encoding", "beam"),
                }
            ),
            evaluate=evaluate_translator,
            explain=explain_translation,
            time=time_translator,
            defaults=_defaults(DEFAULT_TRANSLATION_MODEL, translation=TranslationConfig()),
            trial_values={"beam": 1},
            read=read_pairs,
            figure="val_bleu",
            judged="bleu",
            package="kerasapps.recipes.translation",
        ),
    }
)


def task_of(manifest: Manifest) -> Task:
    """What the bundle is for.

    Raises:
        BundleError: if this version does not know its task.
    """
    if manifest.task not in TASKS:
        raise BundleError(
            f"{manifest.folder} is for {manifest.task!r}, which this version lacks; it knows "
            f"{', '.join(TASKS)}."
        )
    return TASKS[manifest.task]
