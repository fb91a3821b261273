"""What may ship: the rules that all exported files are held to, whatever they answer."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kerasapps.config.metric import Metric
from kerasapps.deploy.formats import format_of
from kerasapps.errors import ExportError
from kerasapps.export.artifact import Artifact
from kerasapps.terminal.doing import doing
from kerasapps.wording.counted import counted

_ROUNDING = 1e-9
_FEWEST = 10  # examples of which one proves nothing; of fewer it is too large a share


@dataclass(frozen=True)
class Agreement:
    """How far a file answers as the Keras model does: a file can be as good, and guess otherwise.

    Attributes:
        share: of the examples that get Keras' answer, 0 to 1.
        objection: what is to be said against the file; empty for nothing.
    """

    share: float
    objection: str = ""


@dataclass(frozen=True)
class Runners:
    """The modules that run exported files over examples, each in a process of its own.

    Attributes:
        tflite: for what LiteRT or onnxruntime runs.
        saved_model: for the folder of a SavedModel.
    """

    tflite: str
    saved_model: str

    def of(self, path: Path) -> str:
        """The module for one of both."""
        return self.saved_model if format_of(path) == "saved_model" else self.tflite


def judge_each(
    candidates: Mapping[str, Path | ExportError], judge: Callable[[str, Path], Artifact]
) -> tuple[Artifact, ...]:
    """One artifact a candidate, in order; those that were not made or do not run have failed.

    Args:
        candidates: `saved_model` or a quantization mode → file, or why there is none.
        judge: of a name and a file.
    """

    def judged(name: str, candidate: Path | ExportError) -> Artifact:
        if isinstance(candidate, ExportError):
            return Artifact.failed(name, str(candidate))
        try:
            with doing(f"Verifying {name}"):
                return judge(name, candidate)
        except ExportError as error:
            return Artifact.failed(name, f"{name} does not run: {error}")

    return tuple(judged(name, candidate) for name, candidate in candidates.items())


def loss_objection(
    metric: Metric,
    share: float,
    reference: float,
    *,
    tolerance: float,
    count: int,
    against: str = "Keras",
) -> str:
    """What is to be said against a file that is worse than Keras; empty for nothing.

    Args:
        metric: by which both are compared.
        share: the file's, see `Metric.share`.
        reference: Keras'.
        tolerance: how much may be lost, in what the metric counts it in; of a share of ten
            examples or more one example may be, unless it is 0.
        count: examples.
        against: what the reference is of.
    """
    lost = metric.lost(share, reference)
    # Not the other way round: a figure that is no number does not pass.
    if lost <= max(tolerance, _one_example(metric, tolerance, count)) + _ROUNDING:
        return ""
    return f"loses {_loss(metric, lost, count, against)}; the tolerance is {tolerance:g}"


def tolerated_loss(
    metric: Metric, share: float, reference: float, *, tolerance: float, count: int
) -> str:
    """What is to be said of a file that lost more than the tolerance and has no objection.

    Args:
        metric: by which both are compared.
        share: the file's, see `Metric.share`.
        reference: Keras'.
        tolerance: see `loss_objection`.
        count: examples.

    Returns:
        Empty where the loss is within the tolerance.
    """
    most = _one_example(metric, tolerance, count)
    # A figure that is no number is not between these either.
    if not tolerance + _ROUNDING < metric.lost(share, reference) <= most + _ROUNDING:
        return ""
    return f"1 of {counted(count, 'example')} fewer is right; too few to tell whether it is worse"


def _one_example(metric: Metric, tolerance: float, count: int) -> float:
    """What one of some examples counts, which alone proves nothing; 0 where none may be lost."""
    if not tolerance or count < _FEWEST or not _counts_examples(metric):
        return 0.0
    return 100 / count


def _counts_examples(metric: Metric) -> bool:
    """Whether the figure is a share of the examples."""
    return not metric.is_error and "%" in metric.unit and metric.of_examples


def _loss(metric: Metric, lost: float, count: int, against: str) -> str:
    if metric.is_error or not metric.of_examples:
        return f"{lost:.2f} {metric.measure} of {metric.name} against {against}"
    if not _counts_examples(metric) or not math.isfinite(lost):
        return f"{lost:.2f} {metric.name} against {against}"
    # A share of the examples can be counted in them.
    examples = f"{round(lost / 100 * count)} of {counted(count, 'example')}"
    return f"{lost:.2f} {metric.measure} against {against} ({examples})"
