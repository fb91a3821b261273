"""How `predict` asks a classifier, and how labels are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from kerasapps.config.checks import config_with, option
from kerasapps.workflow.answers import Answers
from kerasapps.workflow.inputs import Inputs

if TYPE_CHECKING:
    from kerasapps.deploy.runner import Bundle, Prediction

_STEPS = "the scores of this file have steps of 0.4 %, so they need not add up to 100 %"


@dataclass(frozen=True, kw_only=True)
class TopLabelsConfig:
    """How many labels are given; the bundle checks it."""

    top_k: int = option(3, "classifiers: labels per input (default: 3)", asks=("predict",))


def label_answers(
    bundle: Bundle,
    *,
    kind: str,
    gather: Callable[[Sequence[str]], Inputs],
    options: Mapping[str, Any],
) -> Answers:
    """How a classifier answers.

    Args:
        bundle: which it is.
        kind: what an input is.
        gather: the arguments of a command line → the inputs that they give.
        options: those of `predict` that were given.
    """
    top_k = config_with(TopLabelsConfig, options).top_k

    def values(prediction: Prediction) -> dict[str, Any]:
        shown = asdict(prediction)
        if kind != "text":
            del shown["truncated"]  # only the end of a text is cut off
        reason = shown.pop("no_answer")
        if bundle.undecided.is_empty:
            return shown
        return {"label": prediction.label, "no_answer": reason or None, **shown}

    return Answers(
        kind=kind,
        gather=gather,
        find=lambda value: bundle.predict(value, top_k=top_k)[0],
        lines=_lines,
        values=values,
        columns=("label", "score"),
        cells=_cells,
        note=_STEPS if bundle.has_steps else "",
        most=min(top_k, len(bundle.labels)),
    )


def _lines(value: Any, prediction: Prediction) -> list[str]:
    pairs = zip(prediction.labels, prediction.scores, strict=True)
    ranked = ", ".join(f"{label} {score:.1%}" for label, score in pairs)
    said = f"{prediction.no_answer} ({ranked})" if prediction.no_answer else ranked
    return [f"{value}: {said}"]


def _cells(prediction: Prediction) -> list[str]:
    """The first label is the answer, and empty where there is none; its score stays."""
    labels = (prediction.label or "", *prediction.labels[1:])
    pairs = zip(labels, prediction.scores, strict=True)
    return [cell for label, score in pairs for cell in (label, f"{score:.6g}")]
