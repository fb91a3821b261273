"""The command line: one function a command, TensorFlow imported only where one needs it."""

from __future__ import annotations

import dataclasses
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

import kerasapps
from kerasapps.cli.arguments import Data, Json, LabelColumn, TextColumn
from kerasapps.cli.bundles import bundle_app
from kerasapps.cli.options import with_configs
from kerasapps.cli.output import command, print_table
from kerasapps.cli.train import train_app
from kerasapps.config import LoadConfig, TextConfig, choose

app = typer.Typer(
    help="From a folder of data to a verified TFLite file.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(train_app, name="train")

USAGE_ERROR = 2
TASKS = ("image-classification", "sentiment")


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


@app.command()
@command
@with_configs(LoadConfig)
def check(
    data: Data,
    *,
    task: Annotated[
        str | None,
        typer.Option(help="image-classification or sentiment (default: by what the data holds)"),
    ] = None,
    text_column: TextColumn = None,
    label_column: LabelColumn = None,
    seed: Annotated[int, typer.Option(help="seed of the splits")] = 0,
    json: Json = False,
    load: LoadConfig,
) -> Any:
    """Audit a data set; exit status 1 if it cannot be trained on."""
    import tempfile

    from kerasapps.data.text_sources import is_text_data

    if task is None:
        task = TASKS[is_text_data(data)]
    choose(task, TASKS, what="--task")
    with tempfile.TemporaryDirectory(prefix="kerasapps-") as scratch:
        if task == "sentiment":
            from kerasapps.data.text_audit_text import text_audit_text
            from kerasapps.data.text_load import audit_texts

            text = TextConfig(text_column=text_column, label_column=label_column)
            texts = audit_texts(data, config=load, text=text, seed=seed, work_dir=Path(scratch))
            return texts.to_dict(), lambda: print(text_audit_text(texts)), 0 if texts.ok else 1

        from kerasapps.data.audit_text import audit_text
        from kerasapps.data.load import audit_images

        audit = audit_images(data, config=load, seed=seed, work_dir=Path(scratch))
        return audit.to_dict(), lambda: print(audit_text(audit)), 0 if audit.ok else 1


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


app.add_typer(bundle_app)
