"""`kerasapps predict`: what a bundle answers to all that is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

import kerasapps
from kerasapps.cli.arguments import ArtifactName, Bundle, Json, path_argument
from kerasapps.cli.data import with_options
from kerasapps.cli.examples import examples
from kerasapps.cli.figures import print_line
from kerasapps.cli.options import option_name
from kerasapps.cli.output import lasting_command
from kerasapps.cli.tasks import listed
from kerasapps.errors import ConfigError
from kerasapps.process.quiet import silence
from kerasapps.recipes.registry import TASKS, asked_options
from kerasapps.terminal.doing import doing
from kerasapps.terminal.streams import StandardStream, tell, write_line
from kerasapps.wording.counted import counted
from kerasapps.wording.harmless import one_line, printable
from kerasapps.workflow.answers import Answers
from kerasapps.workflow.bulk.table import AnswerRow, AnswerTable, check_target, write_answers
from kerasapps.workflow.inputs import Input, Inputs, Named, blank_note, cut_note

predict_app = typer.Typer()

_PHRASES = [task.phrases for task in TASKS.values()]
_INPUTS = listed([each for phrases in _PHRASES for each in phrases.inputs], before_last=", or ")


def _deeds() -> str:
    """What is done with what: "label pictures or texts, or translate texts"."""
    nouns: dict[str, list[str]] = {}
    for verb, noun in (phrases.does for phrases in _PHRASES):
        nouns.setdefault(verb, []).append(noun)
    deeds = [f"{verb} {listed(each)}" for verb, each in nouns.items()]
    return listed(deeds, before_last=", or ").capitalize()


@predict_app.command(
    help=f"{_deeds()}, with one of a bundle's TFLite files.",
    epilog=examples(
        *(f"predict runs/first {phrases.example_input}" for phrases in _PHRASES),
        "predict runs/first photos --csv answers.csv",
        "predict runs/first - --json",
    ),
)
@lasting_command
@with_options(asked_options("predict"))
def predict(
    bundle: Bundle,
    inputs: Annotated[
        list[str],
        typer.Argument(
            help=f"{_INPUTS}; - reads texts from standard input, one a line (- < FILE): the name "
            "of a file is no text"
        ),
    ],
    *,
    artifact: ArtifactName = None,
    options: Mapping[str, Any],
    csv: Annotated[
        Path | None,
        typer.Option(
            "--csv",
            parser=path_argument,
            metavar="FILE",
            help="write the answers to this CSV file, a row each: of tables, lists (@LIST) and any "
            "number of inputs, and what was stopped goes on",
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            help="with --csv: processes that answer (default: as many as there are cores, once "
            "that is worth it)"
        ),
    ] = None,
    json: Json = False,
) -> Any:
    # which `--help` does without
    from kerasapps.recipes.bulk import answers_of, check_jobs, names_list, names_shards

    with doing(f"Loading {bundle}", lasting=False), silence():
        loaded = kerasapps.load_bundle(bundle, artifact)
    answers = answers_of(loaded, options, option_name)
    target = None if csv is None else check_target(csv, columns=answers.columns)
    check_jobs(jobs, what="--jobs")
    if target is None and jobs is not None:
        raise ConfigError("--jobs is for a table of many answers: give --csv too.")
    shards = names_shards(answers, inputs)
    if target is None and shards is not None:
        raise ConfigError(
            f"{printable(shards)} names shards, whose examples are answered into a table: give "
            "--csv FILE too."
        )
    if target is None and (listing := names_list(answers, inputs)) is not None:
        raise ConfigError(
            f"{printable(listing)} is a list, whose {answers.noun}s are answered into a table: "
            "give --csv FILE too."
        )
    if target is not None and (jobs is not None or shards is not None or not json):
        return _into_table(loaded, inputs, target, answers=answers, options=options, jobs=jobs)
    gathered = answers.gather(inputs)
    with doing("Answering", lasting=False) as far, silence():  # of the interpreter's delegates
        answered: list[_Answered] = []
        for each in gathered.inputs:
            far(f"{len(answered):,} of {len(gathered.inputs):,}")
            answered.append(_answered(answers, each, by_line=gathered.by_line))
    problems = [each.problem for each in answered if each.problem is not None]
    cut = [each.input.name for each in answered if getattr(each.answer, "truncated", False)]
    blank = [each.input.name for each in answered if each.is_blank]
    notes = [
        *(f"note: {each}" for each in gathered.notes),
        *([cut_note(Named.of(cut))] if cut else []),
    ]
    notes += [blank_note(Named.of(blank))] if blank else []
    if answers.note and not json and any(each.answer is not None for each in answered):
        notes.append(f"note: {answers.note}")
    for message in [*notes, *(f"error: {each}" for each in problems)]:
        tell(message)

    table = _table(answers, gathered, answered)
    if target is not None:
        write_answers(target, table)

    def show() -> None:
        if target is not None:
            write_line(f"{counted(len(answered), 'row')} in {target}")
        elif answers.as_table:
            write_line(table.text.rstrip("\n"), whole=True)
        else:
            _print_lines(answers, answered, by_line=gathered.by_line)

    rows = [
        {answers.kind: each.input.value, **answers.values(each.answer)}
        if each.answer is not None
        else {answers.kind: "" if each.is_blank else None, "error": each.problem}
        for each in answered
        if gathered.by_line or each.answer is not None
    ]
    written = {} if target is None else {"csv": str(target)}
    return {"predictions": rows, "errors": problems, **written}, show, 1 if problems else 0


def _into_table(
    bundle: Any,
    inputs: list[str],
    target: Path,
    *,
    answers: Answers,
    options: Mapping[str, Any],
    jobs: int | None,
) -> Any:
    """Answers any number of inputs, of which nothing is kept here."""
    from kerasapps.recipes.bulk import feed_of_arguments, predict_loaded
    from kerasapps.workflow.bulk.run import more_problems

    feed = feed_of_arguments(answers, inputs)
    answered = predict_loaded(
        bundle, feed, target=target, answers=answers, options=options, jobs=jobs
    )
    problems = [f"error: {each}" for each in answered.problems]
    more = more_problems(answered)
    for message in [*answered.notes, *problems, *([more] if more else [])]:
        tell(message)

    def show() -> None:
        write_line(f"{counted(answered.rows, 'row')} in {target}")

    return answered.to_dict(), show, 1 if answered.failed else 0


@dataclass(frozen=True)
class _Answered:
    """What became of an input; a blank line has neither an answer nor a problem."""

    input: Input
    answer: Any = None
    problem: str | None = None

    @property
    def is_blank(self) -> bool:
        return self.answer is None and self.problem is None


def _answered(answers: Answers, each: Input, *, by_line: bool) -> _Answered:
    """The answer to one input, or what is wrong with it."""
    if each.problem is not None:
        return _Answered(each, problem=each.problem)
    if by_line and not answers.to_blank and not each.value.strip():
        return _Answered(each)
    try:
        return _Answered(each, answers.find(each.value))
    except kerasapps.DataError as error:
        return _Answered(each, problem=str(error))


def _table(answers: Answers, gathered: Inputs, answered: list[_Answered]) -> AnswerTable:
    def cells(value: Any) -> list[Any]:
        if not gathered.columns:
            return [value]
        return [value[column] if value else "" for column in gathered.columns]

    return AnswerTable(
        inputs=gathered.columns or (answers.kind,),
        answers=answers.columns,
        rows=[
            AnswerRow(
                cells(each.input.value),
                () if each.answer is None else answers.cells(each.answer),
                each.problem or "",
            )
            for each in answered
        ],
    )


def _print_lines(answers: Answers, answered: list[_Answered], *, by_line: bool) -> None:
    in_colours = not by_line and StandardStream(errors=False).isatty()
    for each in answered:
        if each.answer is not None and in_colours and answers.coloured is not None:
            for line in answers.coloured(each.input.value, each.answer):
                print_line(line)
            continue
        lines = [] if each.answer is None else answers.lines(each.input.value, each.answer)
        if by_line:  # exactly one, so that line n answers line n
            write_line("\t".join(one_line(line) for line in lines), whole=True)
        elif lines:
            write_line("\n  ".join(lines))
