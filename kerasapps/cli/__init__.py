"""The command line: one function a command, TensorFlow imported only where one needs it."""

from __future__ import annotations

import atexit
import dataclasses
import os
import re
import sys
import warnings
from typing import Annotated, Any

import typer
from typer import rich_utils

import kerasapps
from kerasapps.cli.arguments import Json
from kerasapps.cli.benchmark import benchmark_app
from kerasapps.cli.bundles import bundle_app
from kerasapps.cli.check import check_app
from kerasapps.cli.examples import examples
from kerasapps.cli.output import (
    READER_GONE,
    UNEXPECTED,
    UNWRITABLE,
    command,
    json_text,
    print_table,
)
from kerasapps.cli.pack import pack_app
from kerasapps.cli.predict import predict_app
from kerasapps.cli.serve import serve_app
from kerasapps.cli.train import train_app
from kerasapps.cli.tune import tune_app
from kerasapps.errors import OutputError, ReaderGoneError
from kerasapps.terminal.console import SafeConsole
from kerasapps.terminal.doing import doing
from kerasapps.terminal.streams import leave_streams, take_streams, tell, write_line

app = typer.Typer(
    help="From a folder of data to a verified TFLite file.",
    epilog="\n\n".join(
        [
            examples(
                "check photos",
                "train image-classification photos --output-dir runs/first",
                "predict runs/first cat.jpg",
            ),
            "Exit status: 0 all is well, 1 a file failed or data cannot be used, 2 the command "
            "line is wrong, 130 interrupted.",
        ]
    ),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(check_app)
app.add_typer(pack_app)
app.add_typer(train_app, name="train")
app.add_typer(tune_app, name="tune")


def main() -> None:
    """Entry point of the console script: the process ends with its command."""
    status = [UNEXPECTED]

    def leave() -> None:
        leave_streams()
        os._exit(status[0])

    # What is registered first is called last, after all that others have to do at the end. To take
    # TensorFlow apart, which comes after that, takes seconds and is of no use.
    atexit.register(leave)
    try:
        run()
    except SystemExit as ended:
        status[0] = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        raise


def run() -> None:
    """Carries out the command line, and ends by `SystemExit`."""
    # TensorFlow's start-up chatter is not for users; what it cannot do ends in our own messages.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # A chief of a search would else tell of every stranger that rings at its port.
    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")
    # Pictures of up to Pillow's own limit are read; it warns from half of that on.
    warnings.filterwarnings("ignore", message=r"Image size \(\d+ pixels\) exceeds limit")
    # The parser's own messages repeat what was typed, and its help goes to any console.
    rich_utils.Console = SafeConsole  # type: ignore[attr-defined]
    rich_utils.rich_format_error = _tell_usage  # type: ignore[assignment]
    try:
        take_streams()
        app(prog_name="kerasapps")
    except ReaderGoneError:
        sys.exit(READER_GONE)
    except OutputError as error:
        tell(f"error: {error}")
        sys.exit(UNWRITABLE)
    finally:
        leave_streams()


def _tell_usage(error: Any) -> None:
    """The parser's messages as all others are; of a command without arguments it shows the help."""
    if type(error).__name__ == "NoArgsIsHelpError":
        return
    message = _in_plain_words(" ".join(error.format_message().split()))
    tell(f"error: {message}")
    if getattr(error, "ctx", None) is not None:
        tell(f"{error.ctx.command_path} --help shows what there is.")
    if "--json" in sys.argv:  # programs are owed their object
        write_line(json_text({"error": message}))


def _in_plain_words(message: str) -> str:
    """What the parser says of a value that is no number."""
    for kind, words in (("integer", "a whole number"), ("number", "a number")):
        said = rf"Input should be a valid {kind}, unable to parse string as an? {kind}"
        message = re.sub(said, f"it must be {words}.", message)
    return message


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


@app.command(epilog=examples("doctor", "doctor --json"))
@command
def doctor(json: Json = False) -> Any:
    """Look at this installation and machine; exit status 1 if something must be mended."""
    from kerasapps.doctor import examine

    with doing("Looking at this machine", lasting=False):
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
app.add_typer(benchmark_app)
app.add_typer(serve_app)
