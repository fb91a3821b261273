"""Arguments and options that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kerasapps.cli.options import help_of
from kerasapps.config import ImageConfig, TextConfig, TranslationConfig
from kerasapps.errors import ConfigError
from kerasapps.paths import is_named, user_path


def path_argument(given: str) -> Path:
    """A path of the command line; click names the argument or option before the message."""
    try:
        return user_path(given, what="it")
    except ConfigError as error:
        raise typer.BadParameter(str(error)) from None


def data_argument(given: str) -> str:
    """Data as it was given, where it is named or may be a path."""
    if not is_named(given):
        path_argument(given)
    return given


Json = Annotated[bool, typer.Option("--json", help="print one JSON object and nothing else")]
Pictures = Annotated[
    str,
    typer.Argument(
        parser=data_argument,
        metavar="DATA",
        help="folder of class folders, CSV, TSV, JSONL or Parquet file that names pictures, "
        "tfds:NAME, tfds:NAME/CONFIG or builtin:digits",
    ),
]
Texts = Annotated[
    str,
    typer.Argument(
        parser=data_argument,
        metavar="DATA",
        help="CSV, TSV, JSONL or Parquet file, folder of such files or of class folders with .txt "
        "files, tfds:NAME or builtin:reviews",
    ),
]
Pairs = Annotated[
    str | None,
    typer.Argument(
        parser=data_argument,
        metavar="[DATA]",
        help="folder with train.en, train.de and so on, TSV, CSV, JSONL, Parquet or TMX file, "
        "tfds:NAME or builtin:phrases; or give --source and --target",
    ),
]
SourceFile = Annotated[
    str | None,
    typer.Option(
        "--source",
        parser=data_argument,
        metavar="FILE",
        help="text file to translate from, one sentence a line",
    ),
]
TargetFile = Annotated[
    str | None,
    typer.Option(
        "--target",
        parser=data_argument,
        metavar="FILE",
        help="its translation, line by line; with --source",
    ),
]
Data = Annotated[
    str | None,
    typer.Argument(
        parser=data_argument,
        metavar="[DATA]",
        help="labelled pictures or texts, or sentence pairs, as for training; or give --source and "
        "--target",
    ),
]
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
ArtifactName = Annotated[
    str | None,
    typer.Option(
        "--artifact", help="float32, float16, dynamic or int8 (default: the smallest kind there is)"
    ),
]
ImageColumn = Annotated[str | None, typer.Option(help=help_of(ImageConfig, "image_column"))]
TextColumn = Annotated[str | None, typer.Option(help=help_of(TextConfig, "text_column"))]
LabelColumn = Annotated[str | None, typer.Option(help=help_of(TextConfig, "label_column"))]
Encoding = Annotated[str | None, typer.Option(help=help_of(TextConfig, "encoding"))]
UnknownClasses = Annotated[
    str | None,
    typer.Option(help="a class that the bundle does not know: error or skip (default: error)"),
]
Beam = Annotated[
    int | None,
    typer.Option(help="translators: hypotheses that beam search keeps (default: as in training)"),
]
SourceColumn = Annotated[str | None, typer.Option(help=help_of(TranslationConfig, "source_column"))]
TargetColumn = Annotated[str | None, typer.Option(help=help_of(TranslationConfig, "target_column"))]
SourceLanguage = Annotated[
    str | None, typer.Option(help=help_of(TranslationConfig, "source_language"))
]
TargetLanguage = Annotated[
    str | None, typer.Option(help=help_of(TranslationConfig, "target_language"))
]

MaxRatio = Annotated[float | None, typer.Option(help=help_of(TranslationConfig, "max_ratio"))]


def pairs_from(data: str | None, source: str | None, target: str | None) -> str | tuple[str, str]:
    """The data that a command line names: one place, or two aligned files.

    Raises:
        ConfigError: unless it is exactly one of the two.
    """
    if data is not None and source is None and target is None:
        return data
    if data is None and source is not None and target is not None:
        return source, target
    if data is None and source is None and target is None:
        raise ConfigError("There is no data: give DATA, or two files with --source and --target.")
    given = "--target" if source is None else "--source"
    if data is None:
        missing = "--source" if source is None else "--target"
        raise ConfigError(f"{given} goes with {missing}: give both files.")
    raise ConfigError(f"DATA ({data}) and {given} exclude each other: give one of them.")
