"""The command line: one function a command, TensorFlow imported only where one needs it."""

from __future__ import annotations

import dataclasses
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

import kerasapps
from kerasapps.cli_options import with_configs
from kerasapps.cli_output import (
    command,
    print_artifacts,
    print_table,
    shown,
    silence,
    start_tensorflow,
)
from kerasapps.config import ExportConfig, ImageConfig, LoadConfig, ModelConfig, TrainConfig

app = typer.Typer(
    help="From a folder of data to a verified TFLite file.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
train_app = typer.Typer(help="Train a model and ship it as verified files.", no_args_is_help=True)
app.add_typer(train_app, name="train")

USAGE_ERROR = 2

Json = Annotated[bool, typer.Option("--json", help="print one JSON object and nothing else")]
Data = Annotated[
    str,
    typer.Argument(
        help="folder of class folders, CSV file, tfds:NAME, tfds:NAME/CONFIG or builtin:digits"
    ),
]
Bundle = Annotated[Path, typer.Argument(help="bundle, or the output folder that holds it")]
OutputDir = Annotated[
    Path | None,
    typer.Option("--output-dir", help="folder of the run (default: one under saved_models)"),
]
ArtifactName = Annotated[
    str | None,
    typer.Option(
        "--artifact", help="float32, float16, dynamic or int8 (default: the smallest kind there is)"
    ),
]


def main() -> None:
    """Entry point of the console script."""
    # TensorFlow's start-up chatter is not for users; what it cannot do ends in our own messages.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        app(prog_name="kerasapps")
    except SystemExit as ended:
        # The parser has said on standard error what is wrong; programs are owed their object.
        if ended.code == USAGE_ERROR and "--json" in sys.argv:
            print('{"error": "wrong command line: standard error says what and where"}')
        raise


def _print_version(wanted: bool) -> None:
    if wanted:
        print(kerasapps.__version__)
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="print the version"),
    ] = False,
) -> None:
    """From a folder of data to a verified TFLite file."""


@train_app.command("image-classification")
@command
@with_configs(LoadConfig, ImageConfig, ModelConfig, TrainConfig, ExportConfig)
def train_image_classification(
    data: Data,
    output_dir: OutputDir = None,
    json: Json = False,
    *,
    load: LoadConfig,
    image: ImageConfig,
    model: ModelConfig,
    train: TrainConfig,
    export: ExportConfig,
) -> Any:
    """Train an image classifier; exit status 1 if a file failed verification."""
    start_tensorflow()
    from kerasapps.recipes import train_image_classifier

    result = train_image_classifier(
        data, output_dir=output_dir, load=load, image=image, model=model, train=train, export=export
    )

    def show() -> None:
        print_artifacts(result.artifacts, accuracy=result.metrics["accuracy"])
        print(f"Test accuracy {result.metrics['accuracy']:.2%}")
        print(f"Bundle: {result.bundle_dir}")
        print(f"Report: {result.bundle_dir / 'report.html'}")

    return result.to_dict(), show, 0 if result.passed else 1


@app.command()
@command
@with_configs(LoadConfig)
def check(
    data: Data,
    seed: Annotated[int, typer.Option(help="seed of the splits")] = 0,
    json: Json = False,
    *,
    load: LoadConfig,
) -> Any:
    """Audit a data set; exit status 1 if it cannot be trained on."""
    import tempfile

    from kerasapps.data.audit_text import audit_text
    from kerasapps.data.load import audit_images

    with tempfile.TemporaryDirectory(prefix="kerasapps-") as scratch:
        audit = audit_images(data, config=load, seed=seed, work_dir=Path(scratch))
    return audit.to_dict(), lambda: print(audit_text(audit)), 0 if audit.ok else 1


@app.command()
@command
def predict(
    bundle: Bundle,
    files: Annotated[list[Path], typer.Argument(help="pictures")],
    artifact: ArtifactName = None,
    top_k: Annotated[int, typer.Option(help="labels per picture")] = 3,
    json: Json = False,
) -> Any:
    """Label pictures with one of a bundle's TFLite files."""
    with silence():
        loaded = kerasapps.load_bundle(bundle, artifact)
    found: dict[Path, kerasapps.Prediction] = {}
    unreadable: list[str] = []
    for file in files:
        try:
            (found[file],) = loaded.predict(file, top_k=top_k)
        except kerasapps.DataError as error:
            unreadable.append(str(error))

    def show() -> None:
        for file, prediction in found.items():
            pairs = zip(prediction.labels, prediction.scores, strict=True)
            print(f"{file}: " + ", ".join(f"{label} {score:.1%}" for label, score in pairs))
        for problem in unreadable:
            print(f"error: {problem}", file=sys.stderr)

    rows = [{"file": str(file), **dataclasses.asdict(each)} for file, each in found.items()]
    return {"predictions": rows, "errors": unreadable}, show, 1 if unreadable else 0


@app.command()
@command
def evaluate(
    bundle: Bundle,
    data: Data,
    artifact: ArtifactName = None,
    max_broken: Annotated[float, typer.Option(help="share of unreadable files to skip")] = 0.05,
    json: Json = False,
) -> Any:
    """Judge one of a bundle's TFLite files on labelled pictures, the test split if there is one."""
    with silence():
        metrics = kerasapps.evaluate_bundle(bundle, data, artifact=artifact, max_broken=max_broken)

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
            f"{metrics.examples} pictures", ("class", "precision", "recall", "F1", "pictures"), rows
        )
        print(
            f"Accuracy {metrics.accuracy:.2%}, macro F1 {metrics.f1:.3f}, "
            f"calibration error {metrics.expected_calibration_error:.3f}"
        )

    return {"metrics": metrics.to_dict()}, show


@app.command("export")
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
    """Add files to a bundle, judged on the same held-out pictures as those it has."""
    start_tensorflow()
    artifacts = kerasapps.export_bundle(bundle, data, export=export)
    status = 0 if all(each.passed for each in artifacts) else 1
    return (
        {"artifacts": [each.to_dict() for each in artifacts]},
        (lambda: print_artifacts(artifacts)),
        status,
    )


@app.command()
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


@app.command()
@command
def doctor(json: Json = False) -> Any:
    """Look at this installation and machine; exit status 1 if something must be mended."""
    from kerasapps.doctor import examine

    found = examine()
    marks = {"ok": "ok", "note": "note", "problem": "PROBLEM"}

    def show() -> None:
        print_table(
            "kerasapps doctor",
            ("part", "found", ""),
            [[each.name, each.value, marks[each.level]] for each in found],
        )
        for each in found:
            if each.remedy:
                print(f"{each.name}: {each.remedy}")

    sick = any(each.level == "problem" for each in found)
    return (
        {"ok": not sick, "findings": [dataclasses.asdict(each) for each in found]},
        show,
        int(sick),
    )
