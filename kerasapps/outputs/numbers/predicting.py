"""How `predict` asks a bundle for numbers, and how these are shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from kerasapps.workflow.answers import Answers
from kerasapps.workflow.inputs import Inputs

if TYPE_CHECKING:
    from kerasapps.outputs.numbers.bundle import NumberBundle, NumberPrediction


def number_answers(
    bundle: NumberBundle,
    *,
    kind: str,
    gather: Callable[[Sequence[str]], Inputs],
) -> Answers:
    """How a bundle answers with numbers.

    Args:
        bundle: which it is.
        kind: what an input is.
        gather: the arguments of a command line → the inputs that they give.
    """
    return Answers(
        kind=kind,
        gather=gather,
        find=lambda value: bundle.predict(value)[0],
        lines=lambda value, prediction: [f"{value}: {prediction.value:.6g}"],
        values=asdict,
        columns=("prediction",),
        cells=_cells,
        as_table=kind == "row",
    )


def _cells(prediction: NumberPrediction) -> list[Any]:
    return [f"{prediction.value:.6g}"]
