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
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar, cast

from kerasapps.config import (
    Architectures,
    CompressConfig,
    ExportConfig,
    LoadConfig,
    ModelConfig,
    RobustConfig,
    TrainConfig,
    TrustConfig,
    UnlabelledConfig,
)
from kerasapps.config.checks import Command
from kerasapps.config.metric import Answer
from kerasapps.errors import ConfigError
from kerasapps.workflow.phrases import Phrases
from kerasapps.workflow.steps import (
    AttackSteps,
    BundleSteps,
    ChoosingSteps,
    DataSteps,
    Options,
    PlanSteps,
    TrainingSteps,
    UnlabelledSteps,
)

if TYPE_CHECKING:
    from kerasapps.data.splits import Splits
    from kerasapps.deploy.manifest import Manifest

T = TypeVar("T")


class OtherAnswerError(ConfigError):
    """Another of the task's answers is asked for than the one that is tried."""


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
        packs: whether `kerasapps pack` takes its data.
        compresses: fields of `CompressConfig` that it serves; without any it has no such section.
        robust: fields of `RobustConfig` that it serves; likewise.
        predicts: config class of what `predict` asks for beside fields of `options`.
        trusts: whether it answers with scores of classes or labels, which can be relied on or not.
        ensembles: what an ensemble of its networks may ship as, of `RepeatConfig.ensemble_as`.
        single: its own options that ask for a file that is made of a single network.
        learns_unlabelled: whether it takes examples without labels too.
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
    packs: bool = False
    compresses: frozenset[str] = frozenset()
    robust: frozenset[str] = frozenset()
    predicts: type[Any] | None = None
    trusts: bool = False
    ensembles: frozenset[str] = frozenset()
    single: frozenset[str] = frozenset()
    learns_unlabelled: bool = False
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
            ConfigError: if it can be made for none: what was said of the first that is asked for.
        """
        objections = []
        for answer in self.answers:
            try:
                return attempt(answer)
            except ConfigError as error:
                objections.append(error)
        raise next(
            (each for each in objections if not isinstance(each, OtherAnswerError)), objections[0]
        )

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
            **({"unlabelled": UnlabelledConfig} if self.learns_unlabelled else {}),
            **({"compress": CompressConfig} if self.compresses else {}),
            **({"robust": RobustConfig} if self.robust else {}),
            **({"trust": TrustConfig} if self.trusts else {}),
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
    def planning(self) -> PlanSteps:
        """Options → how it is trained, before any data is read."""
        return cast("PlanSteps", self._module("plan"))

    @property
    def training(self) -> TrainingSteps:
        """Examples → a network and what judges it; imports TensorFlow."""
        return cast("TrainingSteps", self._module("train"))

    @property
    def choosing(self) -> ChoosingSteps:
        """Examples → models that suit them; of tasks with `Architectures.auto`."""
        return cast("ChoosingSteps", self._module("choosing"))

    @property
    def attacks(self) -> AttackSteps:
        """How its examples are attacked; of tasks with `robust`."""
        return cast("AttackSteps", self._module("attacks"))

    @property
    def unlabelled(self) -> UnlabelledSteps:
        """Examples without labels; of tasks that learn from such."""
        return cast("UnlabelledSteps", self._module("unlabelled"))

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
