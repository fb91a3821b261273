"""Every task that a bundle can be for, and what commands on a finished bundle ask of it.

This is the one place where a task's name decides anything. Importing it imports no TensorFlow:
only preparing a bundle's training data again needs that.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from kerasapps.deploy.manifest import Manifest
from kerasapps.errors import BundleError
from kerasapps.export.artifact import Measurement

from .class_bundles import evaluate_classifier, time_classifier
from .explanations import Explained, explain_words, refuse_to_explain
from .judging import labelled_pictures, labelled_texts
from .result import Figures
from .translation_bundles import evaluate_translator, explain_translation, time_translator

if TYPE_CHECKING:
    from .prepared import Prepared

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
    """What a finished bundle of one task can do.

    Attributes:
        noun: what it is given.
        metric: by what its files are compared.
        options: what `evaluate_bundle` takes for it besides the data.
        evaluate: judges one of its files.
        explain: says why it answers a text as it does.
        time: times one of its files.
        reload: the manifest, the training data and scratch space → the data as it was prepared.
    """

    noun: str
    metric: Metric
    options: frozenset[str]
    evaluate: Evaluate
    explain: Explain
    time: Time
    reload: Callable[[Manifest, Any, Path], Prepared]


def _reload_pictures(manifest: Manifest, data: Any, work: Path) -> Prepared:
    from .image_steps import reload_pictures

    return reload_pictures(manifest, data, work)


def _reload_texts(manifest: Manifest, data: Any, work: Path) -> Prepared:
    from .text_steps import reload_texts

    return reload_texts(manifest, data, work)


def _reload_pairs(manifest: Manifest, data: Any, work: Path) -> Prepared:
    from .translation_steps import reload_pairs

    return reload_pairs(manifest, data, work)


ACCURACY = Metric("accuracy", "accuracy", perfect=1, unit=" %")

TASKS: Mapping[str, Task] = MappingProxyType(
    {
        IMAGE_CLASSIFICATION: Task(
            noun="pictures",
            metric=ACCURACY,
            options=frozenset(),
            evaluate=functools.partial(evaluate_classifier, labelled_pictures),
            explain=refuse_to_explain,
            time=time_classifier,
            reload=_reload_pictures,
        ),
        SENTIMENT: Task(
            noun="texts",
            metric=ACCURACY,
            options=frozenset({"text_column", "label_column"}),
            evaluate=functools.partial(evaluate_classifier, labelled_texts),
            explain=explain_words,
            time=time_classifier,
            reload=_reload_texts,
        ),
        TRANSLATION: Task(
            noun="sentence pairs",
            metric=Metric("BLEU", "bleu_greedy", perfect=100),
            options=frozenset(
                {"source_column", "target_column", "source_language", "target_language", "beam"}
            ),
            evaluate=evaluate_translator,
            explain=explain_translation,
            time=time_translator,
            reload=_reload_pairs,
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
