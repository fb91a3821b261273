"""A6: labels.

Spellings of one class, missing values and what is no label, in folders and tables of any format.
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow
from hostile_cases import Case, Verdict, command, judge, judge_command
from hostile_workshop import Workshop
from pyarrow import parquet

from hostile_kinds.split_names import write_pictures
from kerasapps.config import LoadConfig, TextConfig
from kerasapps.data.splits import Splits
from tests.data.loading import load_images, load_texts

# ways to write the same two classes
_EQUAL: list[tuple[list[Any], list[Any]]] = [
    ([1, 1.0, "1", "1.0"], [2, 2.0, "2", "2.00"]),
    (["caf\u00e9", "cafe\u0301"], ["the\u0301", "th\u00e9 "]),
    ([True, "true", "TRUE"], [False, "False"]),
    (["pos", " pos", "pos\u00a0"], ["neg", "neg "]),
    ([0.5, "0.5"], [4.5, "4.5"]),
]
_ALIKE = [
    ("pos", "Pos"),
    ("ab", "\uff41\uff42"),
    ("a b", "a  b"),
    ("fine", "ﬁne"),
    ("up", "u\u200bp"),
]
_MISSING = ["nan", "NaN", "N/A", "n/a", "NA", "None", "null", "NULL", "<NA>", "", " "]
_REFUSED = ["a\nb", "a\r\nb", "a\u2028b", "a\x0bb", "a\x85b", "\x1b[31mred", "a\x07"]
_LOAD: dict[str, Any] = {"config": LoadConfig(), "seed": 0}


def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """Labels in all formats, then in folders."""
    for first, second in _EQUAL:
        yield Case(f"{first} and {second} in all formats", partial(_equal, workshop, first, second))
    for one, other in _ALIKE:
        yield Case(f"{one!r} beside {other!r}", partial(_alike, workshop, one, other))
    for value in [*_MISSING, *_REFUSED]:
        yield Case(f"{value!r} in a row", partial(_row, workshop, value))
    for value in [each for each in (*_MISSING, *_REFUSED) if each.strip() and "/" not in each]:
        yield Case(f"{value!r} as a folder", partial(_folder, workshop, value))
    for _ in range(variants):
        word = "".join(draw.choices("abcdeféüßçñ", k=4))
        yield Case(f"{word} in capitals", partial(_alike, workshop, word, word.upper()))
        place = draw.randrange(1, len(word))  # at the ends it is white space
        broken = word[:place] + draw.choice("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029") + "x"
        yield Case(f"{broken!r} in a row", partial(_row, workshop, broken))
        number = draw.randrange(1000)
        ways = [number, float(number), str(number), f"{number}.0"]
        yield Case(f"{ways} in all formats", partial(_equal, workshop, ways, ["x", "x "]))
    yield Case("train with a missing label in every fifth row", partial(_command, workshop))


def _equal(workshop: Workshop, first: list[Any], second: list[Any]) -> Verdict:
    folder = workshop.fresh()

    def read() -> set[tuple[str, ...]]:
        found = []
        for a in first:
            for b in second:
                table = [(f"text number {n} of many", (a, b)[n % 2]) for n in range(20)]
                found += [_texts(write(folder, table), folder).labels for write in (_csv, _json)]
                found.append(_texts(table, folder).labels)
        every = [*first, *second]
        mixed = [(f"text {n}", every[n % len(every)]) for n in range(20 * len(every))]
        for write in (_csv, _json):
            splits = _texts(write(folder, mixed), folder)
            found.append(splits.labels if _told_of(splits, first) else ())
        return set(found)

    return judge(read, right=lambda found: len(found) == 1 and len(found.pop()) == 2, refusal=None)


def _told_of(splits: Splits[Any], ways: list[Any]) -> bool:
    several = len(set(map(str, ways))) > 1
    return not several or any("read as one class" in line for line in splits.audit.warnings)


def _alike(workshop: Workshop, one: str, other: str) -> Verdict:
    folder = workshop.fresh()
    table = [(f"text number {n} of many", (one, other, "rest")[n % 3]) for n in range(30)]

    def right(splits: Splits[Any]) -> bool:
        told = any("differ only by" in line for line in splits.audit.warnings)
        return len(splits.labels) == 3 and told

    return judge(lambda: _texts(_csv(folder, table), folder), right=right, refusal=None)


def _row(workshop: Workshop, value: str) -> Verdict:
    """One odd label among many: its row is left out and named."""
    folder = workshop.fresh()
    table = [(f"text number {n} of many", ("pos", "neg")[n % 2]) for n in range(40)]
    table[7] = (table[7][0], value)

    def right(found: list[Splits[Any]]) -> bool:
        return all(
            each.labels == ("neg", "pos") and each.audit["faults"] == {"no label": 1}
            for each in found
        )

    return judge(
        lambda: [_texts(write(folder, table), folder) for write in (_csv, _json, _parquet)],
        right=right,
        refusal=None,
    )


def _folder(workshop: Workshop, name: str) -> Verdict:
    root = workshop.fresh()
    write_pictures(root, 6, labels=("cat", "dog", name))
    return judge(
        lambda: load_images(root, work_dir=root.parent / "work", **_LOAD), refusal=("renamed",)
    )


def _command(workshop: Workshop) -> Verdict:
    folder = workshop.fresh()
    labels = ["pos", "neg", "pos", "neg", "N/A"]
    table = [(f"text number {n} of many", labels[n % 5]) for n in range(60)]
    return judge_command(
        lambda: command("check", _csv(folder, table)), refusal=None, right=_names_missing
    )


def _names_missing(printed: Any) -> bool:
    return printed.status == 1 and "the label is missing ('N/A'" in printed.out


def _texts(data: Any, folder: Path) -> Splits[Any]:
    return load_texts(data, text=TextConfig(), work_dir=folder / "work", **_LOAD)


def _csv(folder: Path, table: list[tuple[str, Any]]) -> Path:
    with (folder / "a.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("text", "label"), *table])
    return folder / "a.csv"


def _json(folder: Path, table: list[tuple[str, Any]]) -> Path:
    lines = (json.dumps({"text": text, "label": label}) for text, label in table)
    (folder / "a.jsonl").write_text("\n".join(lines))
    return folder / "a.jsonl"


def _parquet(folder: Path, table: list[tuple[str, Any]]) -> Path:
    rows = [{"text": text, "label": label} for text, label in table]
    parquet.write_table(pyarrow.Table.from_pylist(rows), folder / "a.parquet")
    return folder / "a.parquet"
