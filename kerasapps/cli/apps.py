"""`kerasapps export BUNDLE --target …`: an app instead of further files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

import kerasapps
from kerasapps.cli.arguments import path_argument
from kerasapps.errors import ConfigError
from kerasapps.evaluation.shown import three_digits
from kerasapps.terminal.doing import doing
from kerasapps.terminal.streams import write_line

Output = Annotated[
    Path | None,
    typer.Option(parser=path_argument, metavar="DIR", help="folder of the app; goes with --target"),
]
Runtime = Annotated[
    Path | None,
    typer.Option(
        parser=path_argument,
        metavar="PATH",
        help="archive or folder with what the app runs on, where there is no network to fetch it "
        "from; goes with --target",
    ),
]


@dataclass(frozen=True)
class AppOptions:
    """What was given of the options of an app."""

    target: str | None
    output: Path | None
    artifact: str | None
    runtime: Path | None

    def refuse_without_target(self) -> None:
        """Make sure that no option of an app is given where none is asked for.

        Raises:
            ConfigError: naming one that is.
        """
        for name in ("output", "artifact", "runtime"):
            if getattr(self, name) is not None:
                raise ConfigError(f"--{name} goes with --target, which names a kind of app.")


def write_app(bundle: Path, app: AppOptions, *, others: Mapping[str, Any]) -> Any:
    """What the command does and answers.

    Args:
        bundle: of the model.
        app: the target is given.
        others: name of what has no meaning for an app → whether it was given.

    Raises:
        ConfigError: if it was, or there is no output.
    """
    for name, value in others.items():
        if value:
            raise ConfigError(f"{name} and --target exclude each other: an app adds no files.")
    if app.output is None:
        raise ConfigError("--target goes with --output, the folder to write the app to.")
    assert app.target is not None
    with doing(f"Writing {app.output}", lasting=False):
        exported = kerasapps.export_app(
            bundle,
            target=app.target,
            output=app.output,
            artifact=app.artifact,
            runtime=app.runtime,
        )

    def show() -> None:
        size = three_digits(exported.size_bytes / 1e6)
        write_line(
            f"App: {exported.output} ({exported.files} files, {size} MB, runs {exported.artifact})"
        )
        write_line(f"Next: {exported.next_step}")

    return exported.to_dict(), show
