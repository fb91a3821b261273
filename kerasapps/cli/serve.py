"""`kerasapps serve`: bundles that answer over HTTP."""

from __future__ import annotations

from typing import Annotated, Any

import typer

import kerasapps
from kerasapps.cli.arguments import ArtifactName
from kerasapps.cli.examples import examples
from kerasapps.cli.options import with_configs
from kerasapps.cli.output import command
from kerasapps.serve.config import ServeConfig

serve_app = typer.Typer()


@serve_app.command(
    help="Answer requests over HTTP with bundles, and with a page to try them at /.",
    epilog=examples(
        "serve runs/first",
        "serve photos=runs/first reviews=runs/second --port 9000 --workers 2",
    ),
)
@command
@with_configs(ServeConfig)
def serve(
    bundles: Annotated[
        list[str],
        typer.Argument(
            metavar="[NAME=]BUNDLE...",
            help="bundles, or the output folders that hold them; NAME is what addresses call one "
            "(default: the folder's)",
        ),
    ],
    artifact: ArtifactName = None,
    *,
    serve: ServeConfig,
) -> Any:
    kerasapps.serve_bundles(bundles, artifact=artifact, serve=serve)
    return {}, lambda: None
