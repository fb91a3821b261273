"""Commands that use a finished bundle."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any, cast

import typer

import kerasapps
from kerasapps.cli.arguments import (
    ArtifactName,
    Beam,
    Bundle,
    Data,
    Encoding,
    ImageColumn,
    Json,
    LabelColumn,
    SourceColumn,
    SourceFile,
    SourceLanguage,
    TargetColumn,
    TargetFile,
    TargetLanguage,
    TextColumn,
    UnknownClasses,
    data_argument,
    pairs_from,
)
from kerasapps.cli.figures import print_artifacts, print_shown
from kerasapps.cli.options import with_configs
from kerasapps.cli.output import (
    command,
    print_table,
    shown,
    silence,
    start_tensorflow,
)
from kerasapps.config import ExportConfig

bundle_app = typer.Typer()


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
    """Show which words spoke for a label, or where a translator looked."""
    with silence():
        explained = kerasapps.explain_text(bundle, text, label=label, artifact=artifact)
    return explained.to_dict(), lambda: print_shown(explained.shown())


@bundle_app.command()
@command
def evaluate(
    bundle: Bundle,
    data: Data = None,
    source: SourceFile = None,
    target: TargetFile = None,
    *,
    artifact: ArtifactName = None,
    image_column: ImageColumn = None,
    text_column: TextColumn = None,
    label_column: LabelColumn = None,
    encoding: Encoding = None,
    unknown_classes: UnknownClasses = None,
    source_column: SourceColumn = None,
    target_column: TargetColumn = None,
    source_language: SourceLanguage = None,
    target_language: TargetLanguage = None,
    beam: Beam = None,
    max_broken: Annotated[float, typer.Option(help="share of unreadable examples to skip")] = 0.05,
    json: Json = False,
) -> Any:
    """Judge one of a bundle's TFLite files, on the data's test split if there is one."""
    pairs = pairs_from(data, source, target)
    with silence(but_python=True):
        figures = kerasapps.evaluate_bundle(
            bundle,
            pairs,
            artifact=artifact,
            max_broken=max_broken,
            image_column=image_column,
            text_column=text_column,
            label_column=label_column,
            encoding=encoding,
            unknown_classes=cast("kerasapps.config.UnknownClasses | None", unknown_classes),
            source_column=source_column,
            target_column=target_column,
            source_language=source_language,
            target_language=target_language,
            beam=beam,
        )
    return {"metrics": figures.to_dict()}, lambda: print_shown(figures.shown())


@bundle_app.command("export")
@command
@with_configs(ExportConfig, saved_model=False)
def export_command(
    bundle: Bundle,
    data: Annotated[
        str | None,
        typer.Option(
            "--data",
            parser=data_argument,
            metavar="DATA",
            help="the data of the training (default: where the bundle says it was)",
        ),
    ] = None,
    source: SourceFile = None,
    target: TargetFile = None,
    json: Json = False,
    *,
    export: ExportConfig,
) -> Any:
    """Add files to a bundle, judged on the same held-out examples as those it has."""
    from kerasapps.deploy.manifest import read_manifest
    from kerasapps.recipes.registry import task_of

    given = (data, source, target)
    where = None if given == (None, None, None) else pairs_from(*given)
    start_tensorflow()
    artifacts = kerasapps.export_bundle(bundle, where, export=export)
    manifest = read_manifest(bundle)
    metric = task_of(manifest).answer_of(manifest).metric
    judged_on = "test" if manifest.data.get("examples", {}).get("test", 1) else "validation"
    status = 0 if all(each.passed for each in artifacts) else 1
    return (
        {"artifacts": [each.to_dict() for each in artifacts]},
        (lambda: print_artifacts(artifacts, metric=metric, judged_on=judged_on)),
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
            shown(each.size_bytes and each.size_bytes / 1e6, "{:.3f} MB"),
            f"{each.latency_ms:.3f} ms",
            f"{each.latency_p95_ms:.3f} ms",
            f"{each.peak_memory_mb:.1f} MB",
        ]
        for name, each in found.items()
    ]
    columns = ("artifact", "size", "p50", "p95", "memory")
    values = {name: dataclasses.asdict(each) for name, each in found.items()}
    return {"threads": threads, "artifacts": values}, (
        lambda: print_table(f"Batch 1, {threads} thread(s)", columns, rows)
    )
