"""How `predict` asks a bundle for several answers, and how these are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from kerasapps.workflow.answers import Answers
from kerasapps.workflow.inputs import Inputs

if TYPE_CHECKING:
    from kerasapps.outputs.several.bundle import SeveralBundle, SeveralPrediction


def several_answers(
    bundle: SeveralBundle,
    parts: Mapping[str, Answers],
    *,
    kind: Literal["file", "sound", "text", "row"],
    gather: Callable[[Sequence[str]], Inputs],
    options: Mapping[str, Any],
) -> Answers:
    """How a bundle gives several answers.

    Args:
        bundle: which it is.
        parts: name of an answer → how a bundle with this answer alone gives it.
        kind: what an input is.
        gather: the arguments of a command line → the inputs that they give.
        options: those of `predict` that were given.
    """

    ranking = {name: value for name, value in options.items() if name == "top_k"}

    def lines(value: Any, prediction: SeveralPrediction) -> list[str]:
        said = [part.lines(name, prediction[name])[0] for name, part in parts.items()]
        return [f"{value}: {'; '.join(said)}"]

    def values(prediction: SeveralPrediction) -> dict[str, Any]:
        answers = {name: part.values(prediction[name]) for name, part in parts.items()}
        cut = {"truncated": prediction.truncated} if kind == "text" else {}
        return {"answers": answers, **cut}

    def cells(prediction: SeveralPrediction) -> list[Any]:
        return [
            cell
            for name, part in parts.items()
            for cell in part.cells(prediction[name])[: len(part.columns)]
        ]

    return Answers(
        kind=kind,
        gather=gather,
        find=lambda value: bundle.predict(value, **ranking)[0],
        lines=lines,
        values=values,
        columns=tuple(
            column for name, part in parts.items() for column in columns_of(name, part.columns)
        ),
        cells=cells,
        as_table=kind == "row",
    )


def columns_of(name: str, columns: Sequence[str]) -> list[str]:
    """What the cells of one answer are called: its name, and "NAME score" for its score."""
    return [name, *(f"{name} {column}" for column in columns[1:])]
