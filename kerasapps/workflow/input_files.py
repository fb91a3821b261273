"""Files that `predict` is given as arguments, and those below folders."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from kerasapps.data.sources.forms import why_missing
from kerasapps.errors import ConfigError, DataError
from kerasapps.files.paths import near_paths, user_path, without_scheme
from kerasapps.wording.harmless import printable
from kerasapps.workflow.inputs import Input, Inputs


def gather_files(arguments: Sequence[str], *, noun: str, is_one: Callable[[Path], bool]) -> Inputs:
    """Files: the arguments, and those below folders.

    Args:
        arguments: of a command line.
        noun: what a file holds: "picture".
        is_one: whether a file in a folder is one of those.

    Raises:
        ConfigError: if there is `-`.
    """
    if "-" in arguments:
        raise ConfigError(f"- reads texts from standard input; this bundle takes {noun} files.")
    values = [each for name in arguments for each in files_of(name, noun, is_one)]
    return Inputs(inputs=[Input(f"{noun} {n}", *each) for n, each in enumerate(values, 1)])


def files_of(
    name: str, noun: str, is_one: Callable[[Path], bool]
) -> Iterator[tuple[str, str | None]]:
    """The files that an argument names or holds, each with the problem that it has.

    Args:
        name: a file or a folder.
        noun: what a file holds: "picture".
        is_one: whether a file in a folder is one of those.
    """
    # Only who looks at files waits for what finds them.
    from kerasapps.data.sources.shard_files import holds_shards
    from kerasapps.data.sources.walk import files_below

    folder = None
    with suppress(DataError):
        folder = user_path(without_scheme(name), what=noun, error=DataError)
    if folder is None or not folder.is_dir():
        problem = None if folder is None else mistyped(folder)
        yield "" if problem else name, problem  # all else, reading it tells
        return
    count = 0
    try:
        for file in filter(is_one, files_below(folder)):
            count += 1
            yield str(file), None
    except DataError as error:
        yield "", str(error)
        return
    if not count:
        shards = ", and shards: predict answers what is in them with --csv"
        more = shards if holds_shards(folder, parquet=True) else ""
        yield "", f"{printable(folder)} holds no {noun}s{' as files' if more else ''}{more}"


def mistyped(path: Path) -> str | None:
    """Why there is nothing at a path, with what stands beside and may have been meant.

    Returns:
        None if it leads to something, or nothing beside has such a name.
    """
    with suppress(OSError):
        if not os.path.lexists(path) and near_paths(path):
            return f"{printable(path)} {why_missing(path)}"
    return None
