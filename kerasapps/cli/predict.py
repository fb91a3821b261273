"""`kerasapps predict`: labels or translations of what is given, or of every line of it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

import kerasapps
from kerasapps.cli.answer_table import AnswerRow, check_target, write_answers
from kerasapps.cli.answers import Answers, answers_of
from kerasapps.cli.arguments import ArtifactName, Beam, Bundle, Encoding, Json, path_argument
from kerasapps.cli.inputs import (
    GivenLines,
    Input,
    cut_note,
    inputs_of_files,
    inputs_of_lines,
    inputs_of_texts,
)
from kerasapps.cli.output import command, silence
from kerasapps.config import TextConfig
from kerasapps.errors import ConfigError
from kerasapps.harmless import one_line
from kerasapps.terminal import tell, write_line

predict_app = typer.Typer()


@predict_app.command()
@command
def predict(
    bundle: Bundle,
    inputs: Annotated[
        list[str],
        typer.Argument(
            help="picture files, folders of them, or texts; - reads texts from standard input, one "
            "a line"
        ),
    ],
    *,
    artifact: ArtifactName = None,
    top_k: Annotated[
        int | None, typer.Option(help="classifiers: labels per input (default: 3)")
    ] = None,
    beam: Beam = None,
    n_best: Annotated[
        int | None, typer.Option(help="translators: translations per text (default: 1)")
    ] = None,
    encoding: Encoding = None,
    csv: Annotated[
        Path | None,
        typer.Option(
            "--csv",
            parser=path_argument,
            metavar="FILE",
            help="write the answers to this CSV file, a row each",
        ),
    ] = None,
    json: Json = False,
) -> Any:
    """Label pictures or texts, or translate texts, with one of a bundle's TFLite files."""
    with silence():
        loaded = kerasapps.load_bundle(bundle, artifact)
    answers = answers_of(loaded, top_k=top_k, beam=beam, n_best=n_best)
    table = None if csv is None else check_target(csv)
    by_line = "-" in inputs
    lines = _given(inputs, answers, TextConfig(encoding=encoding).encoding)
    given = lines.inputs
    with silence():  # the interpreter tells of its delegates when it first runs
        answered = [_answered(answers, each) for each in given]
    problems = [each.problem for each in answered if each.problem is not None]
    cut = [each.input.name for each in answered if getattr(each.answer, "truncated", False)]
    notes = [*(f"note: {each}" for each in lines.notes), *([cut_note(cut)] if cut else [])]
    for message in [*notes, *(f"error: {each}" for each in problems)]:
        tell(message)

    if table is not None:
        write_answers(table, _table_rows(answers, answered), kind=answers.kind, answer=answers.name)

    def show() -> None:
        if table is not None:
            count = "1 row" if len(answered) == 1 else f"{len(answered)} rows"
            write_line(f"{count} in {table}")
            return
        for each in answered:
            lines = [] if each.answer is None else answers.lines(each.input.value, each.answer)
            if by_line:  # exactly one, so that line n answers line n
                write_line("\t".join(one_line(line) for line in lines))
            elif lines:
                write_line("\n  ".join(lines))

    kind = answers.kind
    rows = [
        {kind: each.input.value, **answers.values(each.answer)}
        if each.answer is not None
        else {kind: None, "error": each.problem}
        for each in answered
        if by_line or each.answer is not None
    ]
    written = {} if table is None else {"csv": str(table)}
    return {"predictions": rows, "errors": problems, **written}, show, 1 if problems else 0


@dataclass(frozen=True)
class _Answered:
    input: Input
    answer: Any = None
    problem: str | None = None


def _given(inputs: list[str], answers: Answers, encoding: str | None) -> GivenLines:
    if "-" not in inputs:
        if encoding is not None:
            raise ConfigError("--encoding is for texts from standard input: give - as the input.")
        if not answers.of_texts:
            return GivenLines(list(inputs_of_files(inputs)))
        return inputs_of_texts(inputs)
    if not answers.of_texts:
        raise ConfigError("- reads texts from standard input; this bundle takes picture files.")
    if len(inputs) > 1:
        raise ConfigError("- reads the texts from standard input and stands alone.")
    if sys.stdin is None:
        raise ConfigError("- reads the texts from standard input, which is closed.")
    return inputs_of_lines(sys.stdin.buffer, encoding=encoding)


def _table_rows(answers: Answers, answered: list[_Answered]) -> list[AnswerRow]:
    return [
        AnswerRow(
            each.input.value,
            () if each.answer is None else answers.cells(each.answer),
            each.problem or "",
        )
        for each in answered
    ]


def _answered(answers: Answers, given: Input) -> _Answered:
    """The answer to one input, or what is wrong with it."""
    if given.problem is not None:
        return _Answered(given, problem=given.problem)
    try:
        (answer,) = answers.find(given.value)
    except kerasapps.DataError as error:
        return _Answered(given, problem=str(error))
    return _Answered(given, answer)
