"""What a task's folder holds, as all that carries a task sees it: protocols of its modules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from kerasapps.config.metric import Answer

if TYPE_CHECKING:
    from kerasapps.config import ModelConfig, RobustConfig
    from kerasapps.config.explaining import ExplainConfig
    from kerasapps.config.targets import TargetKind
    from kerasapps.data.examine import Kind
    from kerasapps.data.splits import Splits
    from kerasapps.data.unlabelled import Unlabelled
    from kerasapps.deploy.manifest import Manifest
    from kerasapps.deploy.opening import LoadedBundle
    from kerasapps.deploy.schema import TaskRules
    from kerasapps.export.artifact import Measurement
    from kerasapps.training.adversarial import Space
    from kerasapps.workflow.answers import Answers
    from kerasapps.workflow.cache import Cache
    from kerasapps.workflow.experiment import Experiment
    from kerasapps.workflow.judging import Judging
    from kerasapps.workflow.plan import Plan
    from kerasapps.workflow.result import Showable

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


class PlanSteps(Protocol):
    """Options → how it is going to be trained; without TensorFlow, as nothing was read yet."""

    def plan_training(self, options: Options, *, answer: Answer) -> Plan:
        """The options, with what suits the model where none were asked for."""

    def check_splits(self, splits: Splits[Any], options: Options) -> None:
        """Refuses options that these data have no use for; only of tasks with `Task.trusts`."""

    def check_attacks(self, robust: RobustConfig, *, model: ModelConfig) -> None:
        """Refuses attacks that a network cannot have; only of tasks with `Task.robust`."""

    def advise(self, splits: Splits[Any], options: Options) -> str:
        """What is to be known, and would help, if there are few examples; empty if there is not."""


class TrainingSteps(Protocol):
    """Examples → a network, batches, and what judges it; imports TensorFlow."""

    def prepare(self, splits: Splits[Any], options: Options, cache: Cache) -> Experiment:
        """Examples and options, ready to be trained."""

    def reload(self, manifest: Manifest, data: Any, work: Path) -> Judging:
        """The data that a bundle was trained on, prepared as it was then; `work` is scratch."""


class AttackSteps(Protocol):
    """How examples are attacked; imports TensorFlow; only of tasks with `Task.robust`."""

    def space(self, radius: float) -> Space:
        """Where an attack of a radius changes an example."""


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
        self,
        splits: Splits[Any],
        options: Options,
        able: tuple[str, ...],
        *,
        left_out: Mapping[str, str],
    ) -> Suitable:
        """Those to train, or to choose among on the validation split.

        Args:
            splits: the examples; the test split is not looked at.
            options: as they were asked for.
            able: of `Architectures.auto`, those that can take the options; at least one.
            left_out: the others → which option they cannot take, or what they lack, in a sentence.
        """


class UnlabelledSteps(Protocol):
    """Raw inputs whose answers nobody knows → examples; only of tasks that learn from such."""

    @property
    def NOISE(self) -> Mapping[str, Any]:  # noqa: N802 — a constant of the module
        """Option → what makes the network that learns from them see them changed more."""

    def read(self, data: Any, *, options: Options, folder: Path) -> Unlabelled[Any]:
        """All of some data that can be used, whatever labels it has.

        Args:
            data: any form that training takes, or that `predict` does.
            options: of the run.
            folder: scratch space that must outlive them.

        Raises:
            DataError: if it cannot be read.
        """

    def inputs(self, examples: Any) -> Sequence[Any]:
        """The raw inputs of what `read` gives, as a bundle takes them."""

    def temperature(self, truth: Any, scores: Any, *, kind: TargetKind) -> float:
        """What divides logits so that scores are as sure as they are right.

        Args:
            truth: of some examples, as splits have it.
            scores: of networks that were not trained on them, `(n, k)`.
            kind: of the answer.
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

    def explain(
        self, bundle: Any, value: Any, *, label: str | None, how: ExplainConfig
    ) -> Showable:
        """Why it answers as it does; only of tasks whose phrases say what is explained.

        Args:
            bundle: loaded.
            value: an input as the bundle takes it, or the argument of a command line.
            label: the one to explain; None: the likeliest.
            how: the method, one of `Phrases.methods` or None.
        """

    def timing(
        self,
        manifest: Manifest,
        model: Path,
        *,
        threads: int,
        folder: Path,
        callers: Sequence[int] = (),
    ) -> Measurement:
        """Times one file in a process of its own.

        `model` is a TFLite file, what is ONNX, or a SavedModel's folder; `folder` scratch space;
        `callers` are numbers of threads whose answers a second are counted.
        """
