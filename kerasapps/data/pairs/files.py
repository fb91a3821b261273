"""Two files whose lines belong together, and folders of such files, become a listing."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from kerasapps.config import TranslationConfig
from kerasapps.data.pairs.languages import choose_languages, known_pair, language_of
from kerasapps.data.pairs.listing import PairListing
from kerasapps.data.sources.encodings import Encoding
from kerasapps.data.sources.forms import why_missing
from kerasapps.data.sources.lines import Lines, encoding_of, open_lines, sample_lines
from kerasapps.data.sources.rows import Problem, Row
from kerasapps.data.sources.split_names import describe_splits, ignored, name_splits
from kerasapps.data.sources.tables import add_encoding
from kerasapps.errors import DataError
from kerasapps.wording.harmless import printable

_FORMATS = (".gz", ".txt")  # what may follow the language: train.en.txt.gz
_TEST = re.compile(r"test[-_.]", re.IGNORECASE)
_USUAL = frozenset({"src", "tgt", "trg", "source", "target"})


@dataclass(frozen=True)
class AlignedFile:
    """One side of a corpus.

    Attributes:
        path: of the file.
        stem: its name without language and format.
        tongue: what it is named after: a language, or "src".
    """

    path: Path
    stem: str
    tongue: str


def aligned_among(files: Sequence[Path]) -> list[AlignedFile]:
    """Those of the files that are named after a language, and have a counterpart in another."""
    named = []
    for file in files:
        stem, _, tongue = _plain_name(file).rpartition(".")
        if stem and (tongue.lower() in _USUAL or language_of(tongue)):
            named.append(AlignedFile(file, stem, tongue))
    paired = {stem for stem in {each.stem for each in named} if _tongues(named, stem) > 1}
    tongues = {each.tongue for each in named if each.stem in paired}
    return [each for each in named if each.tongue in tongues]


def _tongues(files: Sequence[AlignedFile], stem: str) -> int:
    return len({each.tongue for each in files if each.stem == stem})


def add_aligned_folder(
    listing: PairListing, root: Path, files: Sequence[AlignedFile], *, config: TranslationConfig
) -> None:
    """Add `root/train.en` with `root/train.de`, and the other splits; or the only two files.

    Which names are those of splits is told by `split_names`; several test sets, such as `test_*`,
    are read as one.

    Args:
        listing: to add to.
        root: the folder, for messages.
        files: see `aligned_among`.
        config: the languages that the user named.

    Raises:
        DataError: if the languages or splits leave a choice, or a file has no counterpart.
    """
    source, target = _sides(files, config, printable(root))
    listing.source_language, listing.target_language = language_of(source), language_of(target)
    listing.guesses.append(f"{printable(root)}: source in *.{source}, target in *.{target}")
    corpora = _corpora([each for each in files if each.tongue in (source, target)])
    splits = _splits(corpora, printable(root))
    if splits:
        listing.guesses.append(describe_splits(printable(root), splits))
        others = [each for stem in corpora if stem not in splits for each in corpora[stem].values()]
        listing.warnings += ignored(others, "files beside the splits")
    elif len(corpora) > 1:
        names = ", ".join(printable(stem) for stem in sorted(corpora))
        raise DataError(
            f"{printable(root)} holds {names}: name the files train.{source}, train.{target} and "
            "so on, or give two files"
        )
    for stem in sorted(splits or corpora, key=lambda stem: (splits.get(stem) != "train", stem)):
        for tongue in (source, target):
            if tongue not in corpora[stem]:
                (there,) = corpora[stem].values()
                raise DataError(
                    f"{printable(there)} has no counterpart: expected {printable(stem)}.{tongue} "
                    "beside it"
                )
        pair = corpora[stem]
        add_aligned(
            listing,
            pair[source],
            pair[target],
            split=splits.get(stem),
            encoding=config.encoding,
        )


def _corpora(files: Sequence[AlignedFile]) -> dict[str, dict[str, Path]]:
    """The files by stem and language."""
    corpora: dict[str, dict[str, Path]] = {}
    for each in files:
        sides = corpora.setdefault(each.stem, {})
        if each.tongue in sides:
            raise DataError(
                f"{printable(each.path)} and {printable(sides[each.tongue].name)} are one side of "
                "the same corpus: keep one of them"
            )
        sides[each.tongue] = each.path
    return corpora


def add_aligned(
    listing: PairListing,
    source: Path,
    target: Path,
    *,
    split: str | None = None,
    encoding: str | None = None,
) -> None:
    """Add the pairs of two files: line 1 of the one translates line 1 of the other.

    Args:
        listing: to add to; a difference in the number of lines becomes one of its errors.
        source: one text a line; a name that ends in .gz says that it is packed.
        target: likewise.
        split: of the pairs.
        encoding: of both; None: found out for each.

    Raises:
        DataError: if a file cannot be read, or begins with the mark of another encoding.
    """
    encodings = []
    for file in (source, target):
        try:
            missing = not file.exists()
        except OSError as error:
            raise DataError(f"cannot read {printable(file)}: {error.strerror}") from error
        if missing:
            raise DataError(f"{printable(file)} {why_missing(file)}")
        encodings.append(encoding_of(file, encoding))
        add_encoding(listing, encodings[-1])
        if not sample_lines(file, encodings[-1])[0]:
            raise DataError(f"{printable(file)} is empty")
    sides = Side(source, encodings[0]), Side(target, encodings[1])
    listing.parts.append(lambda: _rows(listing, *sides, split))


def file_language(file: Path) -> str | None:
    """The language that a plain file is named after: "train.en.gz" is English."""
    stem, _, tongue = _plain_name(file).rpartition(".")
    return language_of(tongue) if stem else None


def _plain_name(file: Path) -> str:
    name = file.name
    for suffix in _FORMATS:
        if name.lower().endswith(suffix):
            name = name[: -len(suffix)]
    return name


def pair_name(source: Path, target: Path) -> str:
    """Two files in one name: "train.en + train.de"."""
    return f"{_short(source, target)} + {_short(target, source)}"


def _short(file: Path, other: Path) -> str:
    """The name of a file, with its folder where the other has the same name."""
    same = file.name == other.name
    return printable(Path(file.parent.name) / file.name if same else file.name)


class Side(NamedTuple):
    """One of two files, and how it is read."""

    file: Path
    encoding: Encoding


def _rows(listing: PairListing, left: Side, right: Side, split: str | None) -> Iterator[Row]:
    source, target = left.file, right.file
    where = pair_name(source, target)
    names = (_short(source, target), _short(target, source))
    with open_lines(*left) as first, open_lines(*right) as second:
        sides = (first, second)
        for number, texts in enumerate(itertools.zip_longest(*sides), start=1):
            problem = None
            for name, lines in zip(names, sides, strict=True):
                if lines.problem is not None and problem is None:
                    problem = Problem(lines.problem.fault, f"{name}: {lines.problem.reason}")
                lines.problem = None
            if None not in texts:
                ours, theirs = (text.rstrip("\r\n") for text in texts)
                yield Row(where, number, (ours, theirs), split, problem)
        listing.notes += sides[0].notes(source, ()) + sides[1].notes(target, ())
        if sides[0].number != sides[1].number:
            listing.errors.append(_uneven(source, target, sides))


def _uneven(source: Path, target: Path, sides: tuple[Lines, Lines]) -> str:
    return (
        f"{printable(source)} has {sides[0].number:,} lines but {printable(target)} has "
        f"{sides[1].number:,}: line by line they must be translations of each other; look for a "
        "missing, an extra or a broken line"
    )


def _sides(files: Sequence[AlignedFile], config: TranslationConfig, where: str) -> tuple[str, str]:
    """What the files of source and target are named after; English is the source of two."""
    tongues = sorted({each.tongue for each in files})
    usual = known_pair(tongues)
    if usual is not None and len(tongues) == 2:
        return tongues[usual[0]], tongues[usual[1]]
    tongues.sort(key=lambda tongue: (language_of(tongue) or "").split("-")[0] != "en")
    return choose_languages(tongues, config=config, where=where)


def _splits(stems: Iterable[str], where: str) -> dict[str, str]:
    """The splits by the names of the corpora; beside train, every `test_*` is a test set."""
    splits = name_splits(stems, where=where)
    if "train" not in splits.values():
        return splits
    return splits | {stem: "test" for stem in stems if _TEST.match(stem)}
