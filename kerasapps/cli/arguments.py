"""Arguments and options that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kerasapps.cli.options import help_of
from kerasapps.config import TextConfig

Json = Annotated[bool, typer.Option("--json", help="print one JSON object and nothing else")]
Pictures = Annotated[
    str,
    typer.Argument(
        help="folder of class folders, CSV file, tfds:NAME, tfds:NAME/CONFIG or builtin:digits"
    ),
]
Texts = Annotated[
    str,
    typer.Argument(
        help="CSV, TSV, JSONL or Parquet file, folder of such files or of class folders with .txt "
        "files, tfds:NAME or builtin:reviews"
    ),
]
Data = Annotated[str, typer.Argument(help="labelled pictures or texts, as for training")]
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
TextColumn = Annotated[str | None, typer.Option(help=help_of(TextConfig, "text_column"))]
LabelColumn = Annotated[str | None, typer.Option(help=help_of(TextConfig, "label_column"))]
