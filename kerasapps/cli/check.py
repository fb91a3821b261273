"""`kerasapps check`: the audit of a data set, for any task."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kerasapps.cli.arguments import Json, path_argument
from kerasapps.cli.data import Data, with_data
from kerasapps.cli.examples import examples
from kerasapps.cli.options import in_options, option_name, with_configs
from kerasapps.cli.output import ELSEWHERE, command
from kerasapps.cli.tasks import DATA, NAMES, listed, named_task, typed
from kerasapps.config import LoadConfig, TrainConfig
from kerasapps.errors import ConfigError
from kerasapps.files.room import telling_of_full_disks
from kerasapps.recipes.registry import TASKS, asked_options, guess_task
from kerasapps.terminal.doing import doing
from kerasapps.terminal.streams import write_line
from kerasapps.wording.harmless import printable
from kerasapps.workflow.task import Task

if TYPE_CHECKING:
    from kerasapps.data.audit import Audit

check_app = typer.Typer()
OF_DECODED = ("cache_mb", "disk_cache")
"""Options of how decoded data is kept, for commands that only look at the data."""


@check_app.command(
    epilog=examples(
        *(f"check {task.phrases.example.split()[0]}" for task in TASKS.values()),
        "check reviews.csv --task text-classification --text-column review --json",
    )
)
@command
@with_configs(LoadConfig, without=OF_DECODED)
@with_data(TASKS.values(), asks=asked_options("check"), help=DATA)
def check(
    data: Data = None,
    *,
    task: Annotated[
        str | None, typer.Option(help=f"{listed([*NAMES])} (default: by what the data holds)")
    ] = None,
    options: Mapping[str, Any],
    seed: Annotated[int, typer.Option(help="seed of the splits, as for training")] = 0,
    verify: Annotated[
        bool,
        typer.Option("--verify", help="of packed data: read every byte, and compare the hashes"),
    ] = False,
    deep: Annotated[
        bool,
        typer.Option(
            "--deep",
            help="compare the examples with one another too, and tell which are nearly "
            "the same; takes longer",
        ),
    ] = False,
    minutes: Annotated[
        float | None,
        typer.Option(
            min=0.01,
            help="with --deep: train the usual model for about so long, on five parts in turn, and "
            "tell which labels may be wrong",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            parser=path_argument,
            metavar="PATH",
            help="with --deep: a folder for CSV files with a row for each that it found",
        ),
    ] = None,
    json: Json = False,
    load: LoadConfig,
) -> Any:
    """Audit a data set; exit status 1 if it cannot be trained on."""
    for name, value in (("--output", output), ("--minutes", minutes)):
        if value is not None and not deep:
            raise ConfigError(f"{name} is for --deep: add it, or leave {name} out.")
    with doing("Looking at the data", lasting=False):  # and loading what reads it
        from kerasapps.data.audit_text import audit_text
        from kerasapps.workflow.deep.check import check_deep, check_place
        from kerasapps.workflow.deep.labels import check_minutes
        from kerasapps.workflow.reading import audit_data

        check_minutes(minutes)
        if output is not None:
            check_place(output, what="--output")
        chosen = guess_or_named(data, options, task)
    TrainConfig(seed=seed)  # one that training would refuse is refused here
    refuse_foreign(chosen, task, data, options)
    configs = {"load": load, chosen.section: chosen.options(**options)}
    files: tuple[Path, ...] = ()
    with tempfile.TemporaryDirectory(prefix="kerasapps-") as scratch:
        folder = Path(scratch)
        if deep:
            found = check_deep(chosen, data, configs, seed=seed, folder=folder, minutes=minutes)
            audit = _in_options(found.audit)
            # Of data that cannot be used nothing was compared.
            if output is not None and audit.ok:
                with telling_of_full_disks(output, advice=ELSEWHERE):
                    files = found.write(output)
        else:
            audit = _in_options(audit_data(chosen, data, configs, seed=seed, folder=folder))
        if verify:
            from kerasapps.recipes.packing import verify_pack

            errors = dict.fromkeys((*audit.errors, *verify_pack(data)))
            audit = dataclasses.replace(audit, errors=tuple(errors))
        text = audit_text(audit)
        lines = [text, *(f"Written: {printable(file)}" for file in files)]
        told = {**audit.to_dict(), "files": [printable(file) for file in files]} if deep else None
        return told or audit.to_dict(), lambda: write_line("\n".join(lines)), 0 if audit.ok else 1


def guess_or_named(data: Any, options: Mapping[str, Any], name: str | None) -> Task:
    """The task of a name, else that which alone has the options, else what the data looks like.

    Tasks that have all of the options that were given are meant rather than others.

    Args:
        data: any form that training takes.
        options: those that were given.
        name: of the task, if one was.

    Raises:
        ConfigError: for an unknown name.
        DataError: for a folder with nothing that any task takes.
    """
    if name is not None:
        return named_task(name, what="--task")
    fitting = [task for task in TASKS.values() if set(options) <= {*task.asked("check")}]
    return fitting[0] if len(fitting) == 1 else guess_task(data, rather=fitting)


def refuse_foreign(task: Task, name: str | None, data: Any, options: Mapping[str, Any]) -> None:
    """Options and parts of data that are another task's are errors.

    Args:
        task: which it is.
        name: as it was typed, if it was.
        data: as it was given.
        options: those that were given.

    Raises:
        ConfigError: naming them.
    """
    name = name or typed(task)
    foreign = [option for option in options if option not in task.asked("check")]
    if foreign:
        names = ", ".join(map(option_name, foreign))
        raise ConfigError(f"{names} is not for {name}; leave it out.")
    if isinstance(data, tuple) and not task.parts:
        parts = next(each.parts for each in TASKS.values() if len(each.parts) == len(data))
        names = " and ".join(map(option_name, parts))
        raise ConfigError(f"{names} are not for {name}: give DATA.")


def _in_options(audit: Audit) -> Audit:
    """An audit whose errors and warnings speak of options as the command line has them."""
    return dataclasses.replace(
        audit,
        errors=tuple(map(in_options, audit.errors)),
        warnings=tuple(map(in_options, audit.warnings)),
    )
