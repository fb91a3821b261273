"""Which names of folders, files and values of a column stand for splits: one rule for all data.

train, Training, TRAIN-00000-of-00002      the training split
seg_train beside seg_test                  likewise: they differ in the split only
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from kerasapps.data.splits import SPLITS
from kerasapps.errors import DataError
from kerasapps.wording.harmless import printable

_SYNONYMS = {
    "train": ("train", "training", "trainset"),
    "validation": ("val", "valid", "validation", "dev", "development"),
    "test": ("test", "testing", "eval", "evaluation", "testset"),
}
_SPLIT_OF = {word: split for split, words in _SYNONYMS.items() for word in words}
# "seg_train" is seg and train, "PublicTest" is Public and Test, "train2017" is train and 2017
_RUN = re.compile(r"[^\W\d_]+|\d+")
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")

KNOWN = "train, training; val, valid, validation, dev; test, testing, eval"


@dataclass(frozen=True)
class _Name:
    """A name with one word for a split in it.

    Attributes:
        split: the split.
        word: as it is written, such as "Train".
        around: the parts before the word, and those after it up to a number, in lower case.
    """

    split: str
    word: str
    around: tuple[tuple[str, ...], tuple[str, ...]]


def _read(name: str) -> _Name | None:
    parts = _parts(unicodedata.normalize("NFKC", name))
    places = [place for place, part in enumerate(parts) if part.lower() in _SPLIT_OF]
    if len(places) != 1:
        return None
    (place,) = places
    before = tuple(part.lower() for part in parts[:place])
    after = tuple(part.lower() for part in takewhile(str.isalpha, parts[place + 1 :]))
    return _Name(_SPLIT_OF[parts[place].lower()], parts[place], (before, after))


def _parts(name: str) -> list[str]:
    """The words and numbers of a name; a run of letters that is a split's word stays whole."""
    runs = _RUN.findall(name)
    return [
        part
        for run in runs
        for part in ([run] if run.lower() in _SPLIT_OF else _PARTS.findall(run))
    ]


def split_named(value: str) -> str | None:
    """The split that a value of a column names, in any case: "Training", "seg_test", "val"."""
    name = _read(value)
    return None if name is None else name.split


def name_splits(names: Iterable[str], *, where: str) -> dict[str, str]:
    """Those of some names that stand for splits, with their splits, those of training first.

    A name stands for a split when it is a word for one, in any case, alone or before a number
    ("train", "Testing", "test-00000-of-00002"). Where there is none such, names that have the same
    parts around that word do ("seg_train" and "seg_test"), if one of them is for training. Beside a
    plain "train", also "test_images" does if no other name could be the test split.

    Args:
        names: of folders or files, without suffixes, that lie side by side.
        where: their folder, for messages.

    Raises:
        DataError: if two names are different words for one split, or the names fit two data sets.
    """
    groups: dict[object, dict[str, _Name]] = defaultdict(dict)
    for name in sorted(names):
        if (read := _read(name)) is not None:
            groups[read.around][name] = read
    bare = groups.pop(((), ()), {})
    sets = [_completed(bare, groups.values())] if bare else [*filter(_is_set, groups.values())]
    if len(sets) > 1:
        shown = "; ".join(", ".join(map(printable, group)) for group in sets)
        raise DataError(
            f"{where} has the splits of {len(sets)} data sets ({shown}): give each a folder of its "
            "own"
        )
    chosen = sets[0] if sets else {}
    _refuse_doubles(chosen, where)
    order = sorted(chosen, key=lambda name: (SPLITS.index(chosen[name].split), name))
    return {name: chosen[name].split for name in order}


def _is_set(group: Mapping[str, _Name]) -> bool:
    splits = {each.split for each in group.values()}
    return "train" in splits and len(splits) > 1


def _completed(bare: dict[str, _Name], groups: Iterable[dict[str, _Name]]) -> dict[str, _Name]:
    """With the only other name of each split that is missing beside a plain name for training."""
    splits = {each.split for each in bare.values()}
    others = {name: each for group in groups for name, each in group.items()}
    counts = Counter(each.split for each in others.values())
    wanted = [split for split in SPLITS if split not in splits and counts[split] == 1]
    missing = {name: each for name, each in others.items() if each.split in wanted}
    return bare | missing if "train" in splits else bare


def _refuse_doubles(names: Mapping[str, _Name], where: str) -> None:
    for split in SPLITS:
        words = sorted({each.word for each in names.values() if each.split == split})
        if len(words) > 1:
            raise DataError(
                f"{where} has {' and '.join(words)}, which are names of one split ({split}): keep "
                "one of them, or rename the other"
            )


def describe_splits(where: str, splits: Mapping[str, str]) -> str:
    """One line for the user: which name was taken for which split.

    Args:
        where: the folder or table.
        splits: by name, as `name_splits` has them.
    """
    names: dict[str, list[str]] = defaultdict(list)
    for name, split in splits.items():
        names[split].append(printable(name))
    taken = [f"{split} in {_from_to(names[split])}" for split in SPLITS if split in names]
    return f"{where}: {', '.join(taken)}"


def _from_to(names: Sequence[str]) -> str:
    """All of a few names; of the many parts of one split the first and the last."""
    return " + ".join(names) if len(names) < 4 else f"{names[0]} … {names[-1]}"


def ignored(files: Iterable[Path], what: str) -> list[str]:
    """The warning that names files which are not read, if there are any.

    Args:
        files: or folders.
        what: they are, in the plural.
    """
    named = sorted(file.name for file in files)
    if not named:
        return []
    alike = [printable(name) for name in named if _read(name.partition(".")[0]) is not None]
    hint = f"; rename {', '.join(alike)} if one of the splits is meant" if alike else ""
    return [f"{what} are ignored: {', '.join(map(printable, named))}{hint}"]
