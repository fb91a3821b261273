"""Commands that use a finished bundle."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import typer

import kerasapps
from kerasapps.cli.arguments import (
    ArtifactName,
    Bundle,
    Data,
    Json,
    LabelColumn,
    TextColumn,
)
from kerasapps.cli.options import with_configs
from kerasapps.cli.output import (
    command,
    print_artifacts,
    print_explanation,
    print_table,
    shown,
    silence,
    start_tensorflow,
)
from kerasapps.config import ExportConfig

bundle_app = typer.Typer()


@bundle_app.command()
@command
def predict(
    bundle: Bundle,
    inputs: Annotated[
        list[str],
        typer.Argument(
            help="picture files, or texts; - reads texts from standard input, one a line"
        ),
    ],
    artifact: ArtifactName = None,
    top_k: Annotated[int, typer.Option(help="labels per input")] = 3,
    json: Json = False,
) -> Any:
    """Label pictures or texts with one of a bundle's TFLite files."""
    with silence():
        loaded = kerasapps.load_bundle(bundle, artifact)
    kind = "file" if loaded.task == "image_classification" else "text"
    found: list[tuple[str, kerasapps.Prediction]] = []
    unreadable: list[str] = []
    if kind == "text" and inputs == ["-"]:
        inputs = list(_lines(sys.stdin.buffer, unreadable))
    for each in inputs:
        try:
            found += [(each, prediction) for prediction in loaded.predict(each, top_k=top_k)]
        except kerasapps.DataError as error:
            unreadable.append(str(error))

    def show() -> None:
        for each, prediction in found:
            pairs = zip(prediction.labels, prediction.scores, strict=True)
            print(f"{each}: " + ", ".join(f"{label} {score:.1%}" for label, score in pairs))
        for problem in unreadable:
            print(f"error: {problem}", file=sys.stderr)

    rows = [{kind: each, **dataclasses.asdict(prediction)} for each, prediction in found]
    return {"predictions": rows, "errors": unreadable}, show, 1 if unreadable else 0


def _lines(file: Iterable[bytes], unreadable: list[str]) -> Iterator[str]:
    """The lines that are UTF-8; of the others it is noted where they are not."""
    for number, line in enumerate(file, start=1):
        try:
            yield line.rstrip(b"\r\n").decode()
        except UnicodeDecodeError as error:
            unreadable.append(f"line {number} is not UTF-8 at byte {error.start + 1}")


@bundle_app.command()
@command
def explain(
    bundle: Bundle,
    text: Annotated[str, typer.Argument(help="the text to explain")],
    label: Annotated[
        str | None, typer.Option(help="label to explain (default: the likeliest)")
    ] = None,
    artifact: ArtifactName = None,
    json: Json = False,
) -> Any:
    """Show which words of a text spoke for a label and which against it."""
    with silence():
        explanation = kerasapps.explain_text(bundle, text, label=label, artifact=artifact)
    return dataclasses.asdict(explanation), lambda: print_explanation(explanation)


@bundle_app.command()
@command
def evaluate(
    bundle: Bundle,
    data: Data,
    *,
    artifact: ArtifactName = None,
    text_column: TextColumn = None,
    label_column: LabelColumn = None,
    max_broken: Annotated[float, typer.Option(help="share of unreadable examples to skip")] = 0.05,
    json: Json = False,
) -> Any:
    """Judge one of a bundle's TFLite files on labelled data, the test split if there is one."""
    with silence():
        metrics = kerasapps.evaluate_bundle(
            bundle,
            data,
            artifact=artifact,
            text_column=text_column,
            label_column=label_column,
            max_broken=max_broken,
        )

    def show() -> None:
        rows = [
            [
                each.label,
                *(shown(value, "{:.3f}") for value in (each.precision, each.recall, each.f1)),
                str(each.support),
            ]
            for each in metrics.per_class
        ]
        print_table(
            f"{metrics.examples} examples", ("class", "precision", "recall", "F1", "examples"), rows
        )
        print(
            f"Accuracy {metrics.accuracy:.2%}, macro F1 {metrics.f1:.3f}, "
            f"calibration error {metrics.expected_calibration_error:.3f}"
        )

    return {"metrics": metrics.to_dict()}, show


@bundle_app.command("export")
@command
@with_configs(ExportConfig, saved_model=False)
def export_command(
    bundle: Bundle,
    data: Annotated[
        str | None,
        typer.Option(
            "--data", help="the data of the training (default: where the bundle says it was)"
        ),
    ] = None,
    json: Json = False,
    *,
    export: ExportConfig,
) -> Any:
    """Add files to a bundle, judged on the same held-out examples as those it has."""
    start_tensorflow()
    artifacts = kerasapps.export_bundle(bundle, data, export=export)
    status = 0 if all(each.passed for each in artifacts) else 1
    return (
        {"artifacts": [each.to_dict() for each in artifacts]},
        (lambda: print_artifacts(artifacts)),
        status,
    )


@bundle_app.command()
@command
def benchmark(
    bundle: Bundle,
    artifact: Annotated[
        list[str] | None, typer.Option(help="artifact to time (repeatable)")
    ] = None,
    threads: Annotated[int, typer.Option(min=1, help="threads of one inference")] = 1,
    json: Json = False,
) -> Any:
    """Time a bundle's files on this machine, each in a fresh process at batch 1."""
    found = kerasapps.benchmark_bundle(bundle, artifacts=artifact or (), threads=threads)
    rows = [
        [
            name,
            f"{each.latency_ms:.3f} ms",
            f"{each.latency_p95_ms:.3f} ms",
            f"{each.peak_memory_mb:.1f} MB",
        ]
        for name, each in found.items()
    ]
    columns = ("artifact", "p50", "p95", "memory")
    values = {name: dataclasses.asdict(each) for name, each in found.items()}
    return {"threads": threads, "artifacts": values}, (
        lambda: print_table(f"Batch 1, {threads} thread(s)", columns, rows)
    )
