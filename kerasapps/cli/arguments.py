"""Arguments and options that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kerasapps.deploy.opening import PREFERENCE
from kerasapps.errors import ConfigError
from kerasapps.files.paths import is_named, user_path


def path_argument(text: str) -> Path:
    """A path of the command line; click names the argument or option before the message."""
    try:
        return user_path(text, what="it")
    except ConfigError as error:
        raise typer.BadParameter(str(error)) from None


def data_argument(text: str) -> str:
    """Data as it was given, where it is named or may be a path."""
    if not is_named(text):
        path_argument(text)
    return text


Json = Annotated[bool, typer.Option("--json", help="print one JSON object and nothing else")]
Bundle = Annotated[
    Path,
    typer.Argument(
        parser=path_argument, metavar="BUNDLE", help="bundle, or the output folder that holds it"
    ),
]

OutputDir = Annotated[
    Path | None,
    typer.Option(
        "--output-dir",
        parser=path_argument,
        metavar="PATH",
        help="folder of the run (default: one under saved_models)",
    ),
]
Track = Annotated[
    str | None,
    typer.Option(
        "--track", metavar="TRACKER", help="tell mlflow or wandb of the run: curves, report, bundle"
    ),
]
_BY_DEFAULT = f"(default: the first of {', '.join(PREFERENCE)} that is there and passed)"
ArtifactName = Annotated[
    str | None,
    typer.Option(
        "--artifact",
        help=f"name of a TFLite file, or onnx {_BY_DEFAULT}",
    ),
]
TfliteName = Annotated[
    str | None,
    typer.Option(
        "--artifact",
        help=f"name of the TFLite file that the app runs {_BY_DEFAULT}; goes with --target",
    ),
]
