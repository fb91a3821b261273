"""What a task does differently, as all that carries it sees it.

A task is a folder with modules of fixed names. `Task` says what there is to know before any data
is read; `data`, `train` and `finished` are imported when they are needed, and of these only
`train` imports TensorFlow.
"""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar, cast

from kerasapps.config import (
    Architectures,
    ExportConfig,
    LoadConfig,
    ModelConfig,
    TrainConfig,
)
from kerasapps.config.checks import Command
from kerasapps.config.metric import Answer
from kerasapps.errors import ConfigError
from kerasapps.workflow.phrases import Phrases

if TYPE_CHECKING:
    from kerasapps.data.examine import Kind
    from kerasapps.data.splits import Splits
    from kerasapps.deploy.manifest import Manifest
    from kerasapps.deploy.opening import LoadedBundle
    from kerasapps.deploy.schema import TaskRules
    from kerasapps.export.artifact import Measurement
    from kerasapps.workflow.answers import Answers
    from kerasapps.workflow.cache import Cache
    from kerasapps.workflow.experiment import Experiment
    from kerasapps.workflow.judging import Judging, Plan
    from kerasapps.workflow.result import Showable

T = TypeVar("T")
Options: TypeAlias = Mapping[str, Any]
"""Section → its config, of those sections that a task has."""


class Usable(Protocol):
    """Examples whose answers are known, to judge a finished bundle on."""

    contents: Any
    """uint64 `(n,)`, of a digest of each; empty where equal ones are no copies."""

    def of(self, rows: Any) -> Usable:
        """Those at some places, in their order."""


class DataSteps(Protocol):
    """Raw files → examples; without TensorFlow."""

    @property
    def KIND(self) -> Kind[Any, Any, Any, Any, Any]:  # noqa: N802 — a constant of the module
        """The steps by which its kind of data is audited and split."""

    def holds(self, data: Any) -> bool:
        """Whether data looks like this task's; what cannot be read does not, or is refused."""

    def answer_to(self, splits: Splits[Any]) -> Answer:
        """What is to be answered; asked where a task has several answers."""

    def judged(self, splits: Splits[Any]) -> Usable:
        """The test split, as `usable` gives examples."""

    def usable(
        self, data: Any, *, options: Mapping[str, Any], max_broken: float, folder: Path
    ) -> Usable:
        """All examples of data that the bundle was not trained on; nothing is split.

        Args:
            data: any form that training takes.
            options: fields of the task's config that say how the data is read.
            max_broken: share of unreadable examples that is skipped before it is an error.
            folder: scratch space that must outlive them.
        """


class TrainingSteps(Protocol):
    """Examples → a network, batches, and what judges it; imports TensorFlow."""

    def plan_training(self, options: Options, *, answer: Answer) -> Plan:
        """The options, with what suits the model where none were asked for."""

    def prepare(self, splits: Splits[Any], options: Options, cache: Cache) -> Experiment:
        """Examples and options, ready to be trained."""

    def reload(self, manifest: Manifest, data: Any, work: Path) -> Judging:
        """The data that a bundle was trained on, prepared as it was then; `work` is scratch."""


@dataclass(frozen=True)
class Suitable:
    """What a task would train on some data, where nobody names a model.

    Attributes:
        names: of architectures, the usual one first; of several the validation split decides.
        reason: why these, as the end of a sentence that begins with the model.
        finalists: how many of several may be trained wholly.
    """

    names: tuple[str, ...]
    reason: str
    finalists: int = 2


class ChoosingSteps(Protocol):
    """Examples → models that suit them; only of tasks that leave the model to the data."""

    def suitable_models(
        self, splits: Splits[Any], options: Options, able: tuple[str, ...]
    ) -> Suitable:
        """Those to train, or to choose among on the validation split.

        Args:
            splits: the examples; the test split is not looked at.
            options: as they were asked for.
            able: of `Architectures.auto`, those that can take the options; at least one.
        """


class BundleSteps(Protocol):
    """What can be done with a bundle; without TensorFlow."""

    @property
    def RULES(self) -> TaskRules:  # noqa: N802 — a constant of the module
        """What its manifest must say; see `kerasapps.deploy.schema.check_task`."""

    def load(self, manifest: Manifest, path: Path, *, artifact: str, threads: int) -> LoadedBundle:
        """What answers; see `kerasapps.deploy.opening.Load`."""

    def evaluate(
        self,
        bundle: Any,
        data: Any,
        *,
        options: Mapping[str, Any],
        max_broken: float,
        scratch: Path,
    ) -> Showable:
        """Figures of a loaded bundle; `options` are those of the task that were given."""

    def answers(self, bundle: Any, options: Mapping[str, Any]) -> Answers:
        """How `predict` asks a loaded bundle and shows what it answers.

        `options` are those that were given, of `Task.asked("predict")`.
        """

    def explain(self, bundle: Any, value: Any, *, label: str | None) -> Showable:
        """Why it answers as it does; only of tasks whose phrases say what is explained.

        Args:
            bundle: loaded.
            value: an input as the bundle takes it, or the argument of a command line.
            label: the one to explain; None: the likeliest.
        """

    def timing(self, manifest: Manifest, model: Path, *, threads: int, folder: Path) -> Measurement:
        """Times one file in a process of its own.

        `model` is a TFLite file or a SavedModel's folder, `folder` scratch space.
        """


@dataclass(frozen=True, kw_only=True, eq=False)
class Task:
    """What all stages may know of a task.

    Attributes:
        name: as bundles and folders have it: "image_classification".
        makes: what is trained, with its article.
        noun: what it is given, in the plural.
        rows: what one broken example is called in the raw data, in the plural.
        options: its own config class, whose section is called after it (`ImageConfig`: "image").
        architectures: what there is to train.
        model: the one that is trained where nobody chooses, or "auto": the data decide.
        answers: what it answers; several where the data decide.
        package: its folder.
        phrases: what the command line says of it.
        parts: what data may be given in, on the command line, in place of DATA: option → its help.
        uses: fields of sections that all tasks have which a command beside the training's asks for.
        predicts: config class of what `predict` asks for beside fields of `options`.
        trial_values: options that cost time and change no figure of a search's trials.
    """

    name: str
    makes: str
    noun: str
    rows: str
    options: type[Any]
    architectures: Architectures
    model: str
    answers: tuple[Answer, ...]
    package: str
    phrases: Phrases
    parts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    uses: frozenset[str] = frozenset()
    predicts: type[Any] | None = None
    trial_values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def answer_to(self, splits: Splits[Any]) -> Answer:
        """What it answers, once the data are read."""
        return self.answers[0] if len(self.answers) == 1 else self.data.answer_to(splits)

    def answer_of(self, manifest: Manifest) -> Answer:
        """What a bundle answers: that by whose metric it was judged."""
        if len(self.answers) == 1:
            return self.answers[0]
        return next(each for each in self.answers if each.metric.key in manifest.metrics)

    def first_fitting(self, attempt: Callable[[Answer], T]) -> T:
        """What is made for the first of its answers that this can be made for.

        Before the data are read any of its answers may be meant; what fits none is refused.

        Args:
            attempt: makes it for an answer, or raises a `ConfigError`.

        Raises:
            ConfigError: if it can be made for none: what was said of the first.
        """
        objections = []
        for answer in self.answers:
            try:
                return attempt(answer)
            except ConfigError as error:
                objections.append(error)
        raise objections[0]

    @property
    def section(self) -> str:
        """The name of its own options among all."""
        return self.options.__name__.removesuffix("Config").lower()

    @property
    def sections(self) -> Mapping[str, type[Any]]:
        """Section of the options → its class."""
        return {
            "model": ModelConfig,
            "load": LoadConfig,
            self.section: self.options,
            "train": TrainConfig,
            "export": ExportConfig,
        }

    @property
    def defaults(self) -> Options:
        """The options where nobody sets any."""
        values = {section: config() for section, config in self.sections.items()}
        return {**values, "model": ModelConfig(model=self.model)}

    def asked(self, command: Command) -> Mapping[str, type[Any]]:
        """What a command beside the training's asks for: option → the config that has the field."""
        others = [config for config in self.sections.values() if config is not self.options]
        configs = [self.options, *others, *([self.predicts] if self.predicts else [])]
        return {
            each.name: config
            for config in configs
            for each in dataclasses.fields(config)
            if command in each.metadata["asks"] and (config not in others or each.name in self.uses)
        }

    @property
    def data(self) -> DataSteps:
        """Raw files → examples."""
        return cast("DataSteps", self._module("data"))

    @property
    def training(self) -> TrainingSteps:
        """Examples → a network and what judges it; imports TensorFlow."""
        return cast("TrainingSteps", self._module("train"))

    @property
    def choosing(self) -> ChoosingSteps:
        """Examples → models that suit them; of tasks with `Architectures.auto`."""
        return cast("ChoosingSteps", self._module("choosing"))

    @property
    def finished(self) -> BundleSteps:
        """What can be done with its bundles."""
        return cast("BundleSteps", self._module("finished"))

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process finds the same task by its place."""
        return task_in, (self.package,)

    def _module(self, name: str) -> Any:
        return importlib.import_module(f"{self.package}.{name}")


def task_in(package: str) -> Task:
    """The task whose folder is the package, as another process of the same program finds it."""
    task: Task = importlib.import_module(f"{package}.task").TASK
    return task
