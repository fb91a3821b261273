"""`kerasapps check`: the audit of a data set, for any task."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from kerasapps.cli.arguments import (
    Data,
    Encoding,
    ImageColumn,
    Json,
    LabelColumn,
    MaxRatio,
    SourceColumn,
    SourceFile,
    SourceLanguage,
    TargetColumn,
    TargetFile,
    TargetLanguage,
    TextColumn,
    pairs_from,
)
from kerasapps.cli.options import in_options, with_configs
from kerasapps.cli.output import command
from kerasapps.config import (
    ImageConfig,
    LoadConfig,
    TextConfig,
    TrainConfig,
    TranslationConfig,
    choose,
)
from kerasapps.errors import ConfigError, DataError
from kerasapps.paths import is_named
from kerasapps.terminal import write_line

_FORMS = (
    "a folder with a folder of pictures per class, or a table that names pictures; a table of "
    "texts and labels, or a folder of .txt files per class; or sentence pairs, such as train.en "
    "and train.de"
)

check_app = typer.Typer()


@check_app.command()
@command
@with_configs(LoadConfig)
def check(
    data: Data = None,
    source: SourceFile = None,
    target: TargetFile = None,
    *,
    task: Annotated[
        str | None,
        typer.Option(
            help="image-classification, sentiment or translation (default: by what the data holds)"
        ),
    ] = None,
    image_column: ImageColumn = None,
    text_column: TextColumn = None,
    label_column: LabelColumn = None,
    encoding: Encoding = None,
    source_column: SourceColumn = None,
    target_column: TargetColumn = None,
    source_language: SourceLanguage = None,
    target_language: TargetLanguage = None,
    max_ratio: MaxRatio = None,
    seed: Annotated[int, typer.Option(help="seed of the splits, as for training")] = 0,
    json: Json = False,
    load: LoadConfig,
) -> Any:
    """Audit a data set; exit status 1 if it cannot be trained on."""
    import tempfile

    named = {
        "image_column": image_column,
        "text_column": text_column,
        "label_column": label_column,
        "encoding": encoding,
        "source_column": source_column,
        "target_column": target_column,
        "source_language": source_language,
        "target_language": target_language,
        "max_ratio": max_ratio,
    }
    given = {name: value for name, value in named.items() if value is not None}
    found = pairs_from(data, source, target)
    if task is None:
        task = _guess_task(found, given)
    choose(task, _AUDITS, what="--task")
    TrainConfig(seed=seed)  # one that training would refuse is refused here
    options, run = _AUDITS[task]
    foreign = [name for name in given if name not in options]
    if foreign:
        raise ConfigError(f"{', '.join(foreign)} is not for {task}; leave it out.")
    with tempfile.TemporaryDirectory(prefix="kerasapps-") as scratch:
        audit, text = run(found, given, load, seed, Path(scratch))
        return audit.to_dict(), lambda: write_line(text), 0 if audit.ok else 1


def _guess_task(data: str | tuple[str, str], given: Mapping[str, Any]) -> str:
    """The task that alone has the options which were given, else what the data looks like.

    Raises:
        DataError: for a folder with nothing that any task takes.
    """
    from kerasapps.data.pairs.kinds import is_pair_data
    from kerasapps.data.sources.forms import data_path
    from kerasapps.data.texts.sources import is_text_data

    asked = [task for task, (options, _) in _AUDITS.items() if given and set(given) <= options]
    if len(asked) == 1:
        return asked[0]
    if isinstance(data, tuple) or is_pair_data(data):
        return "translation"
    if is_text_data(data) or Path(data).suffix.lower() == ".txt":
        return "sentiment"
    if not is_named(data) and (folder := data_path(data)).is_dir() and not _holds_pictures(folder):
        raise DataError(f"{data} holds nothing to train on. Expected {_FORMS}.")
    return "image-classification"


def _holds_pictures(folder: Path) -> bool:
    from kerasapps.data.sources.picture_formats import is_picture_file
    from kerasapps.data.sources.walk import files_below

    return any(map(is_picture_file, files_below(folder)))


def _audit_pictures(
    data: Any, given: Mapping[str, Any], load: LoadConfig, seed: int, scratch: Path
) -> tuple[Any, str]:
    from kerasapps.data.audit_text import audit_text
    from kerasapps.data.images.load import audit_images

    audit = audit_images(data, config=load, image=ImageConfig(**given), seed=seed, work_dir=scratch)
    audit = _in_options(audit)
    return audit, audit_text(audit)


def _audit_texts(
    data: Any, given: Mapping[str, Any], load: LoadConfig, seed: int, scratch: Path
) -> tuple[Any, str]:
    from kerasapps.data.audit_text import audit_text
    from kerasapps.data.texts.load import audit_texts

    audit = audit_texts(data, config=load, text=TextConfig(**given), seed=seed, work_dir=scratch)
    audit = _in_options(audit)
    return audit, audit_text(audit)


def _audit_pairs(
    data: Any, given: Mapping[str, Any], load: LoadConfig, seed: int, scratch: Path
) -> tuple[Any, str]:
    from kerasapps.data.audit_text import audit_text
    from kerasapps.data.pairs.load import audit_pairs

    audit = audit_pairs(
        data,
        config=load,
        translation=TranslationConfig(**given),
        seed=seed,
        work_dir=scratch,
    )
    audit = _in_options(audit)
    return audit, audit_text(audit)


def _in_options(audit: Any) -> Any:
    """An audit whose errors and warnings speak of options as the command line has them."""
    return dataclasses.replace(
        audit,
        errors=tuple(map(in_options, audit.errors)),
        warnings=tuple(map(in_options, audit.warnings)),
    )


Audit = Callable[[Any, Mapping[str, Any], LoadConfig, int, Path], tuple[Any, str]]

# task → the options of `check` that it takes, and its audit with the text for people
_AUDITS: Mapping[str, tuple[frozenset[str], Audit]] = {
    "image-classification": (frozenset({"image_column", "label_column"}), _audit_pictures),
    "sentiment": (frozenset({"text_column", "label_column", "encoding"}), _audit_texts),
    "translation": (
        frozenset(
            (
                *("source_column", "target_column", "source_language", "target_language"),
                *("max_ratio", "encoding"),
            )
        ),
        _audit_pairs,
    ),
}
