"""Commands that use a finished bundle."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

import kerasapps
from kerasapps.cli.apps import AppOptions, Output, Runtime, write_app
from kerasapps.cli.arguments import (
    ArtifactName,
    Bundle,
    Json,
    TfliteName,
    data_argument,
    path_argument,
)
from kerasapps.cli.data import Data, with_data
from kerasapps.cli.examples import examples
from kerasapps.cli.figures import print_shown
from kerasapps.cli.options import with_configs
from kerasapps.cli.output import ELSEWHERE, command
from kerasapps.cli.tasks import DATA, listed, tolerance_help
from kerasapps.config import ExplainConfig, ExportConfig
from kerasapps.files.room import telling_of_full_disks
from kerasapps.process.quiet import silence, start_tensorflow
from kerasapps.process.user_code import code_files
from kerasapps.recipes.registry import TASKS, asked_options, task_of
from kerasapps.targets.registry import TARGETS
from kerasapps.terminal.doing import doing
from kerasapps.terminal.streams import write_line
from kerasapps.workflow.judged_files import shown_files

bundle_app = typer.Typer()

_HEAVY = tuple(f"kerasapps.workflow.{name}" for name in ("bundle_export", "documents", "ship"))
_AS_IS = ExportConfig(saved_model=False)
_EXPLAINED = [task.phrases for task in TASKS.values() if task.phrases.explains]
_KINDS = list(dict.fromkeys(phrases.explains for phrases in _EXPLAINED))


@bundle_app.command(
    "explain",
    help=f"Show {listed([phrases.shows for phrases in _EXPLAINED], before_last=', or ')}.",
    epilog=examples(
        *(f"explain runs/first {phrases.example_input}" for phrases in _EXPLAINED),
    ),
)
@command
@with_configs(ExplainConfig)
def explain_command(
    bundle: Bundle,
    value: Annotated[
        str, typer.Argument(metavar="|".join(_KINDS), help=f"the {listed(_KINDS)} to explain")
    ],
    *,
    label: Annotated[
        str | None, typer.Option(help="label to explain (default: the likeliest)")
    ] = None,
    target: Annotated[
        str | None,
        typer.Option(help="of several answers the one to explain (default: the first)"),
    ] = None,
    artifact: ArtifactName = None,
    output: Annotated[
        Path | None,
        typer.Option(
            parser=path_argument,
            metavar="FILE",
            help="of pictures and sounds: write what is shown as a picture, PNG or JPEG",
        ),
    ] = None,
    json: Json = False,
    explain: ExplainConfig,
) -> Any:
    from kerasapps.deploy.manifest import read_manifest
    from kerasapps.evaluation.saliency.drawing import picture_place
    from kerasapps.recipes.explaining import check_explaining

    if output is not None:
        check_explaining(read_manifest(bundle), explain, save="--output")
        picture_place(output, what="--output")
    with doing(f"Explaining with {bundle}", lasting=False), silence():
        explained: Any = kerasapps.explain_bundle(
            bundle, value, label=label, target=target, artifact=artifact, explain=explain
        )
        if output is not None:
            with telling_of_full_disks(output, advice=ELSEWHERE):
                explained.save(output)
    written = {} if output is None else {"output": str(output)}

    def show() -> None:
        print_shown(explained.shown())
        if output is not None:
            write_line(f"Picture: {output}")

    return {**explained.to_dict(), **written}, show


@bundle_app.command(
    epilog=examples(
        "evaluate runs/first new_photos",
        "evaluate runs/first photos --artifact int8",
        "evaluate runs/first photos --foreign other_photos",
        "evaluate runs/first photos --attack 8/255 --corruptions",
    )
)
@command
@with_data(TASKS.values(), asks=asked_options("evaluate"), help=DATA)
def evaluate(
    bundle: Bundle,
    data: Data = None,
    *,
    artifact: ArtifactName = None,
    options: Mapping[str, Any],
    max_broken: Annotated[float, typer.Option(help="share of unreadable examples to skip")] = 0.05,
    foreign: Annotated[
        str | None,
        typer.Option(
            parser=data_argument,
            metavar="DATA",
            help="data of none of the classes: how well they are told from DATA",
        ),
    ] = None,
    json: Json = False,
) -> Any:
    """Judge one of a bundle's TFLite files, on the data's test split if there is one."""
    with silence(but_python=True):
        figures = kerasapps.evaluate_bundle(
            bundle, data, artifact=artifact, max_broken=max_broken, foreign=foreign, **options
        )
    return {"metrics": figures.to_dict()}, lambda: print_shown(figures.shown())


@bundle_app.command(
    "export",
    epilog=examples(
        "export runs/first --quantization float16",
        "export runs/first --saved-model --data photos",
        "export runs/mine --quantization int8 --code nets.py",
        "export runs/first --target web --output page",
    ),
)
@command
@with_configs(ExportConfig, helps={"tolerance": tolerance_help(TASKS.values())}, saved_model=False)
@with_data(TASKS.values(), needed=False, alone={"target": f"app to write: {', '.join(TARGETS)}"})
def export_command(
    bundle: Bundle,
    *,
    data: Annotated[
        str | None,
        typer.Option(
            "--data",
            parser=data_argument,
            metavar="DATA",
            help="the data of the training (default: where the bundle says it was)",
        ),
    ] = None,
    code: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE.py", help="file that registers layers of your own (repeatable)"),
    ] = None,
    output: Output = None,
    artifact: TfliteName = None,
    runtime: Runtime = None,
    json: Json = False,
    options: Mapping[str, Any],
    export: ExportConfig,
) -> Any:
    """Add files to a bundle, judged like those it has; or, with --target, write an app of it."""
    app = AppOptions(options.get("target"), output, artifact, runtime)
    if app.target is not None:
        others = {"--data": data, "--code": code, "the options of files": export != _AS_IS}
        return write_app(bundle, app, others=others)
    app.refuse_without_target()
    from kerasapps.deploy.manifest import read_manifest

    # Before TensorFlow is there, which takes seconds.
    files = code_files(code or (), option="--code")
    task = task_of(read_manifest(bundle))
    start_tensorflow(then=(f"{task.package}.train", *_HEAVY))
    artifacts = kerasapps.export_bundle(bundle, data, export=export, code=files)
    manifest = read_manifest(bundle)
    metric = task_of(manifest).answer_of(manifest).metric
    judged_on = "test" if manifest.data.get("examples", {}).get("test", 1) else "validation"

    def show() -> None:
        print_shown(shown_files(artifacts, metric=metric, judged_on=judged_on))
        write_line(f"Bundle: {manifest.folder}")

    return (
        {
            "artifacts": [each.to_dict() for each in artifacts],
            "bundle_dir": str(manifest.folder),
        },
        show,
        0 if all(each.passed for each in artifacts) else 1,
    )
