"""Which files are the shards of some data: by a glob, by a list of them, or all of a folder."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kerasapps.data.packed.pack_file import packed_folder, read_pack_file
from kerasapps.data.sources.forms import data_path
from kerasapps.data.sources.lines import LINE_LIMIT
from kerasapps.data.sources.shard_names import PART, missing_parts, splits_of
from kerasapps.data.sources.split_names import describe_splits, ignored, name_splits
from kerasapps.data.sources.walk import list_children
from kerasapps.errors import DataError
from kerasapps.files.named import read_regular
from kerasapps.files.paths import is_named, real_path
from kerasapps.shards import Format, format_of, named_format
from kerasapps.wording.harmless import printable

LIST_MARK = "@"
COMMENT = "#"  # a shard whose name begins so is listed as ./#NAME
_GLOB = re.compile(r"[*?\[]")
_ARCHIVE = ".tar"  # which also lies beside tables that were taken out of it
_DESCRIBING = (".json", ".txt", ".md", ".yaml", ".yml", ".sha256", ".md5", "")


@dataclass(frozen=True)
class Shard:
    """One file of several that hold the examples of some data.

    Attributes:
        file: as it was named, or found.
        split: one of `SPLITS`, or None where its name says none.
    """

    file: Path
    split: str | None = None


@dataclass(frozen=True)
class Shards:
    """The shards of some data, those of training first.

    Attributes:
        name: the data as the user named it.
        format: of all of them.
        parts: the files.
        guesses: what was taken for what.
        warnings: what the user should know.
    """

    name: str
    format: Format
    parts: tuple[Shard, ...]
    guesses: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def find_shards(data: str | os.PathLike[str], *, parquet: bool = False) -> Shards | None:
    """The shards that the user names as data; None if it is no shards.

    Args:
        data: a glob (`shards/train-*.tfrecord`), a list file (`@shards.txt`, a path or a glob a
            line, which start at its folder, and lines of `#`), a folder of shards, with or without
            folders of splits, what `kerasapps pack` wrote, or one shard. A single Parquet file is a
            table.
        parquet: whether a folder of several Parquet files is one of shards; else they are tables.

    Raises:
        DataError: if a glob or a list leads to nothing or to what is no shard, a shard is there
            twice, or there are several formats.
        DependencyError: if a package is missing that tells shards.
    """
    text = os.fsdecode(data)
    if is_named(text):
        return None
    if is_listed(text):
        return _listed(text)
    if is_pattern(text):
        return _shards(text, _matches(text), where=text)
    path = data_path(text)
    if path.is_dir():
        packed = packed_folder(path)
        return _folder(path, parquet=parquet) if packed is None else _of_pack(packed)
    if not path.is_file() or _is_table(path) or _tells_nothing(path):
        return None
    kind = format_of(path)
    return None if kind is None else _shards(text, [path], where=printable(path))


def is_pattern(text: str) -> bool:
    """Whether a text names files by a pattern, and is not the name of one itself."""
    return bool(_GLOB.search(text)) and not os.path.lexists(text)


def is_listed(text: str) -> bool:
    """Whether a text names a list of shards: `@` and the file."""
    return text.startswith(LIST_MARK) and len(text) > 1 and not os.path.lexists(text)


def holds_shards(folder: Path, *, parquet: bool = False) -> bool:
    """Whether a folder is one of shards; see `find_shards`."""
    return bool(_among(folder, parquet=parquet))


def shards_among_others(data: object) -> str:
    """How shards are named that lie in a folder beside other files; "" where none do."""
    if not isinstance(data, str | os.PathLike) or not Path(data).is_dir():
        return ""
    _, files = list_children(Path(data))
    names = [file.name for file in files if _looks_like_one(file)]
    others = [file.name for file in files if file.name not in names]
    if not names or not others:
        return ""
    kind = named_format(names[0])
    pattern = Path(data) / (names[0] if kind is None else f"*{kind.suffix}*")
    return (
        f"It has shards, but {printable(others[0])} beside them: name them by a pattern, such as "
        f'"{printable(pattern)}".'
    )


def _is_table(path: Path) -> bool:
    kind = named_format(path.name)
    return kind is not None and kind.name == "parquet"


def _tells_nothing(path: Path) -> bool:
    """Whether a file has a suffix that no shards have: it is not opened to find out."""
    named = named_format(path.name) is not None
    packed = named_format(path.stem) is not None
    return not named and not packed and bool(path.suffix) and PART.fullmatch(path.name) is None


def _matches(pattern: str, *, within: Path | None = None) -> list[Path]:
    """The files that a pattern matches, sorted.

    Raises:
        DataError: if there are none.
    """
    whole = os.path.expanduser(pattern)  # noqa: PTH111 — a pattern is no path yet
    whole = whole if within is None else os.path.join(within, whole)  # noqa: PTH118
    found = [Path(name) for name in glob.glob(whole, recursive=True)]  # noqa: PTH207
    files = sorted(file for file in found if file.is_file())
    if not files:
        what = "only folders match it" if found else "no file matches it"
        raise DataError(f"{printable(pattern)}: {what}")
    return files


def _listed(text: str) -> Shards:
    """The shards that a list file names.

    Raises:
        DataError: if it cannot be read, names none, or a line leads to nothing.
    """
    file = data_path(text.removeprefix(LIST_MARK))
    shown = printable(file)
    try:
        lines = read_regular(file, limit=LINE_LIMIT).decode("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8"
        raise DataError(f"cannot read the list {shown}: {reason}") from error
    files: list[Path] = []
    for number, line in enumerate(lines, start=1):
        name = line.strip()
        if not name or name.startswith(COMMENT):
            continue
        try:
            files += _of_line(name, file.parent)
        except DataError as error:
            raise DataError(f"{shown}, line {number}: {error}") from error
    if not files:
        raise DataError(f"the list {shown} names no shards: give one a line")
    return _shards(text, files, where=shown)


def _of_line(name: str, folder: Path) -> list[Path]:
    path = folder / data_path(name)
    if path.is_file():
        return [path]
    if path.is_dir():
        raise DataError(f"{printable(path)} is a folder: give the shards in it, such as {name}/*")
    if _GLOB.search(name):
        return _matches(name, within=folder)
    raise DataError(f"{printable(path)} does not exist")


def _of_pack(folder: Path) -> Shards:
    """The shards of a packed folder, for who wants no more of it."""
    files = [folder / shard.name for shard in read_pack_file(folder).shards]
    return _shards(os.fspath(folder), files, where=printable(folder))


def _folder(root: Path, *, parquet: bool) -> Shards | None:
    files = _among(root, parquet=parquet)
    return _shards(os.fspath(root), files, where=printable(root)) if files else None


def _among(root: Path, *, parquet: bool) -> list[Path]:
    """The shards of a folder, or of those in it that are named after splits.

    There are none where it holds other data, too: that is read then, as it was before.
    """
    folders, files = list_children(root)
    found = _alone(files, parquet=parquet)
    if found or not folders:
        return found if not folders else []
    splits = name_splits([folder.name for folder in folders], where=printable(root))
    if len(splits) < len(folders):  # such as folders of classes, which are not looked into
        return []
    inside = {folder: _alone(list_children(folder)[1], parquet=parquet) for folder in folders}
    if not all(inside.values()):
        return []
    return [file for each in inside.values() for file in each]


def _alone(files: Sequence[Path], *, parquet: bool) -> list[Path]:
    """The files that are shards, where the others do no more than describe them."""
    named = [file for file in files if _looks_like_one(file)]
    tables = [file for file in files if _is_table(file)]
    if parquet and not named and len(tables) > 1:
        named = tables
    elif any(file.suffix.lower() != _ARCHIVE for file in named):
        named = [*named, *tables]  # mixed, which is refused: neither is left out without a word
    others = set(files).difference(named)
    if not named or any(file.suffix.lower() not in _DESCRIBING for file in others):
        return []
    return named


def _looks_like_one(file: Path) -> bool:
    kind = named_format(file.name)
    if kind is not None:
        return kind.name != "parquet"
    part = PART.fullmatch(file.name)
    return part is not None and not part["suffix"] and format_of(file) is not None


def _shards(name: str, files: Sequence[Path], *, where: str) -> Shards:
    """Files that were named as shards.

    Raises:
        DataError: if one is none, or is there twice, or has another format than the first.
    """
    _refuse_twice(files, where)
    kind = _one_format(files, where)
    splits, unread = splits_of(files, where)
    left_out = set(unread)
    parts = [Shard(file, splits.get(file)) for file in files if file not in left_out]
    order = {"train": 0, "validation": 1, "test": 2, None: 0}
    parts.sort(key=lambda part: order[part.split])  # stable: as they were named
    many = f"{len(parts):,} shards" if len(parts) > 1 else "1 shard"
    told = [f"{where}: {many} of {kind.name}"]
    if splits:
        told.append(describe_splits(where, {file.name: splits[file] for file in splits}))
    return Shards(
        name,
        kind,
        tuple(parts),
        tuple(told),
        (*ignored(unread, f"{where}: shards beside those of the splits"), *missing_parts(files)),
    )


def _refuse_twice(files: Sequence[Path], where: str) -> None:
    real: dict[Path, Path] = {}
    for file in files:
        other = real.setdefault(real_path(file), file)
        if other is not file:
            also = "" if other == file else f" (also as {printable(other)})"
            raise DataError(
                f"{where}: the shard {printable(file)} is listed twice{also}: list it once"
            )


def _one_format(files: Sequence[Path], where: str) -> Format:
    kinds: dict[str, tuple[Format, Path]] = {}
    for file in files:
        kind = format_of(file)
        if kind is None:
            raise DataError(
                f"{where}: {printable(file)} is no shard: expected TFRecord, ArrayRecord, "
                "WebDataset (.tar) or Parquet"
            )
        kinds.setdefault(kind.name, (kind, file))
    if len(kinds) > 1:
        named = ", ".join(f"{printable(file)} is {name}" for name, (_, file) in kinds.items())
        raise DataError(f"{where}: shards of one data set have one format, and {named}")
    return next(iter(kinds.values()))[0]
