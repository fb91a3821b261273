"""The command that measures a finished bundle on this machine, and on somebody's data."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

import kerasapps
from kerasapps import machine
from kerasapps.cli.arguments import Bundle, Json, data_argument, path_argument
from kerasapps.cli.data import with_data
from kerasapps.cli.examples import examples
from kerasapps.cli.figures import print_shown
from kerasapps.cli.output import command
from kerasapps.config.metric import Metric
from kerasapps.config.robust import JUDGED
from kerasapps.data.sources.forms import describe_source
from kerasapps.deploy import manifest as manifests
from kerasapps.errors import ConfigError
from kerasapps.evaluation.benchmark_page import check_page_place, write_page
from kerasapps.process.quiet import silence
from kerasapps.recipes.registry import TASKS, asked_options, task_of
from kerasapps.terminal.streams import hushed, write_line
from kerasapps.wording.counted import counted
from kerasapps.workflow.benchmarked import (
    charts_of_times,
    check_floor,
    keeps,
    shown_on_data,
    shown_times,
)
from kerasapps.workflow.runnable import runnable_files

benchmark_app = typer.Typer()


# Attacks and noise are for one file, and evaluate shows what comes of them.
_JUDGING = {name: kind for name, kind in asked_options("evaluate").items() if name not in JUDGED}


@benchmark_app.command(
    epilog=examples(
        "benchmark runs/first --report runs/first/speed.html",
        "benchmark runs/first --artifact int8 --threads 4 --quick",
        "benchmark runs/first --artifact int8 --data new_photos --floor 0.95",
    )
)
@command
@with_data(TASKS.values(), asks=_JUDGING, needed=False)
def benchmark(
    bundle: Bundle,
    data: Annotated[
        str | None,
        typer.Option(
            "--data",
            parser=data_argument,
            metavar="DATA",
            help="also judge each TFLite and ONNX file on this data, as evaluate does",
        ),
    ] = None,
    *,
    artifact: Annotated[
        list[str] | None, typer.Option(help="artifact to time (repeatable)")
    ] = None,
    threads: Annotated[int, typer.Option(min=1, help="threads of one inference")] = 1,
    quick: Annotated[
        bool, typer.Option("--quick", help="latencies, time to load and memory alone")
    ] = False,
    floor: Annotated[
        float | None,
        typer.Option(
            metavar="FIGURE",
            help="what the figure on --data must reach, such as 0.95 (an error: not exceed); exit "
            "status 1 if a file's does not",
        ),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            parser=path_argument, metavar="FILE.html", help="write a page with tables and pictures"
        ),
    ] = None,
    options: Mapping[str, Any],
    json: Json = False,
) -> Any:
    """Time a bundle's files on this machine, each in a fresh process at batch 1."""
    if floor is not None and data is None:
        raise ConfigError("floor is what the figure on data must reach: give it with --data.")
    metric = None if data is None else _metric_of(bundle)
    if metric is not None:
        check_floor(floor, metric)
    if report is not None:
        check_page_place(report)
    names: Sequence[str] = artifact or ()
    figures = dict[str, float]()
    if metric is not None:  # before anything is timed: the data may be none of this bundle's
        names = list(runnable_files(manifests.read_manifest(bundle), names))
        for name in (each for each in names if each != "saved_model"):
            # What is told of the data is the same for each file; and the interpreter's delegates.
            with hushed() if figures else nullcontext(), silence(but_python=True):
                judged = kerasapps.evaluate_bundle(bundle, data, artifact=name, **options)
            figures[name] = float(judged.to_dict()[metric.key])
    timed = kerasapps.benchmark_bundle(bundle, artifacts=names, threads=threads, quick=quick)
    tables = shown_times(timed, threads=threads)
    if metric is not None:
        tables.append(
            shown_on_data(figures, metric=metric, floor=floor, data=describe_source(data))
        )
    if report is not None:
        charts = charts_of_times(timed, figures=figures, metric=metric)
        title = str(manifests.read_manifest(bundle).settings["run"])
        write_page(report, title, machine=_this_machine(), charts=charts, tables=tables)

    def show() -> None:
        for each in tables:
            print_shown(each)
        if report is not None:
            write_line(f"Report: {report}")

    values = {name: dataclasses.asdict(each) for name, each in timed.items()}
    for name, figure in figures.items():
        values[name]["on_data"] = figure
    kept = metric is None or all(keeps(each, metric, floor) for each in figures.values())
    return {"threads": threads, "artifacts": values}, show, 0 if kept else 1


def _metric_of(bundle: Path) -> Metric:
    manifest = manifests.read_manifest(bundle)
    return task_of(manifest).answer_of(manifest).metric


def _this_machine() -> str:
    return f"{machine.cpu_name()}, {counted(len(machine.usable_cores()), 'core')}"
