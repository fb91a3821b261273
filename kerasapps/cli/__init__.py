"""The command line: one function a command, TensorFlow imported only where one needs it."""

from __future__ import annotations

import dataclasses
import os
import sys
import warnings
from typing import Annotated, Any

import typer
from typer import rich_utils

import kerasapps
from kerasapps.cli.arguments import Json
from kerasapps.cli.bundles import bundle_app
from kerasapps.cli.check import check_app
from kerasapps.cli.output import UNWRITABLE, command, print_table
from kerasapps.cli.predict import predict_app
from kerasapps.cli.train import train_app
from kerasapps.cli.tune import tune_app
from kerasapps.console import SafeConsole
from kerasapps.errors import OutputError
from kerasapps.terminal import leave_streams, take_streams, tell, write_line

app = typer.Typer(
    help="From a folder of data to a verified TFLite file.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(check_app)
app.add_typer(train_app, name="train")
app.add_typer(tune_app, name="tune")

USAGE_ERROR = 2


def main() -> None:
    """Entry point of the console script."""
    # TensorFlow's start-up chatter is not for users; what it cannot do ends in our own messages.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # A chief of a search would else tell of every stranger that rings at its port.
    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")
    # Pictures of up to Pillow's own limit are read; it warns from half of that on.
    warnings.filterwarnings("ignore", message=r"Image size \(\d+ pixels\) exceeds limit")
    # The parser's own messages repeat what was typed, and its help goes to any console.
    rich_utils.Console = SafeConsole  # type: ignore[attr-defined]
    try:
        take_streams()
        app(prog_name="kerasapps")
    except OutputError as error:
        tell(f"error: {error}")
        sys.exit(UNWRITABLE)
    except SystemExit as ended:
        # The parser has said on standard error what is wrong; programs are owed their object.
        if ended.code == USAGE_ERROR and "--json" in sys.argv:
            write_line('{"error": "wrong command line: standard error says what and where"}')
        raise
    finally:
        leave_streams()


def _print_version(wanted: bool) -> None:
    if wanted:
        write_line(kerasapps.__version__)
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="print the version"),
    ] = False,
) -> None:
    """From a folder of data to a verified TFLite file."""


@app.command()
@command
def doctor(json: Json = False) -> Any:
    """Look at this installation and machine; exit status 1 if something must be mended."""
    from kerasapps.doctor import examine

    findings = examine()
    marks = {"ok": "ok", "note": "note", "problem": "PROBLEM"}

    def show() -> None:
        print_table(
            "kerasapps doctor",
            ("part", "found", ""),
            [[each.name, each.value, marks[each.level]] for each in findings],
        )
        for each in findings:
            if each.remedy:
                write_line(f"{each.name}: {each.remedy}")

    sick = any(each.level == "problem" for each in findings)
    return (
        {"ok": not sick, "findings": [dataclasses.asdict(each) for each in findings]},
        show,
        int(sick),
    )


app.add_typer(predict_app)
app.add_typer(bundle_app)
