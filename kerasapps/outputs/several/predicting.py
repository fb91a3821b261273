"""How `predict` asks a bundle for several answers, and how these are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kerasapps.workflow.answers import PROBLEM, Answers
from kerasapps.workflow.inputs import Inputs

if TYPE_CHECKING:
    from kerasapps.outputs.several.bundle import SeveralBundle, SeveralPrediction


def several_answers(
    bundle: SeveralBundle,
    parts: Mapping[str, Answers],
    *,
    kind: str,
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
        columns=column_names({name: part.columns for name, part in parts.items()}),
        cells=cells,
        as_table=kind == "row",
    )


def column_names(parts: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """What the cells of answers are called: "mood", and "mood score" for its score.

    None is called as another, nor as what tables say of problems: where there is an answer "mood
    score", too, that column keeps its name, and the score is in "mood score of mood".

    Args:
        parts: name of an answer → its columns, where it is alone.
    """
    used = {PROBLEM}

    def unlike(column: str, name: str) -> str:
        while column in used:
            column += f" of {name}"
        used.add(column)
        return column

    firsts = {name: unlike(name, name) for name in parts}
    return tuple(
        column
        for name, columns in parts.items()
        for column in (firsts[name], *(unlike(f"{name} {each}", name) for each in columns[1:]))
    )
