"""How `predict` asks a bundle for sets of labels, and how these are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kerasapps.config.targets import SEPARATOR
from kerasapps.deploy.worked import MOST_SCORES
from kerasapps.errors import ConfigError
from kerasapps.workflow.answers import Answers
from kerasapps.workflow.inputs import Inputs

if TYPE_CHECKING:
    from kerasapps.outputs.labels.bundle import LabelBundle, LabelsPrediction

_STEPS = "the scores of this file have steps of 0.4 %"


def set_answers(
    bundle: LabelBundle,
    *,
    kind: str,
    gather: Callable[[Sequence[str]], Inputs],
    options: Mapping[str, Any],
) -> Answers:
    """How a bundle answers with sets of labels.

    Args:
        bundle: which it is.
        kind: what an input is.
        gather: the arguments of a command line → the inputs that they give.
        options: those of `predict` that were given.

    Raises:
        ConfigError: if a number of labels is asked for: thresholds decide it.
    """
    if "top_k" in options:
        raise ConfigError(
            f"top_k is for one label of several; {bundle.manifest.folder} gives all labels whose "
            "score reaches their threshold: leave it out (--json has the scores of all)."
        )

    def values(prediction: LabelsPrediction) -> dict[str, Any]:
        scores = dict(prediction.all_scores)
        return {
            "labels": list(prediction.labels),
            "scores": list(prediction.scores),
            **({"all_scores": scores} if len(scores) <= MOST_SCORES else {}),
            **({"truncated": prediction.truncated} if kind == "text" else {}),
        }

    return Answers(
        kind=kind,
        gather=gather,
        find=lambda value: bundle.predict(value)[0],
        lines=_lines,
        values=values,
        columns=("labels", "scores"),
        cells=_cells,
        as_table=kind == "row",
        note=_STEPS if bundle.has_steps else "",
    )


def _lines(value: Any, prediction: LabelsPrediction) -> list[str]:
    pairs = zip(prediction.labels, prediction.scores, strict=True)
    said = ", ".join(f"{label} {score:.1%}" for label, score in pairs)
    nearest = f"none (likeliest {prediction.likeliest} {max(prediction.all_scores.values()):.1%})"
    return [f"{value}: {said or nearest}"]


def _cells(prediction: LabelsPrediction) -> list[str]:
    scores = (f"{score:.6g}" for score in prediction.scores)
    return [SEPARATOR.join(prediction.labels), SEPARATOR.join(scores)]
