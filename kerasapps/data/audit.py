"""What was found in a data set of any kind, as values: each says itself to every reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from kerasapps.data.found import Found, all_of
from kerasapps.data.sources.places import ShardPlace
from kerasapps.wording.harmless import printable

ItemT = TypeVar("ItemT")

TABLED = 20  # items in a table of the report


@dataclass(frozen=True)
class Listed(Generic[ItemT]):
    """How many there are of something, and the first of them.

    Attributes:
        total: how many there are.
        first: up to `LIMIT` of them.

    Examples:
        >>> kerasapps.data.Listed(total=2, first=("a.txt", "b.txt")).total
        2
    """

    LIMIT: ClassVar[int] = 100

    total: int = 0
    first: tuple[ItemT, ...] = ()


@dataclass(frozen=True)
class BrokenRow:
    """A row that cannot be used.

    Attributes:
        origin: "train.csv, row 7", "train/pos/1.txt" or "example 3".
        fault: "bad UTF-8", "empty text", "no label", "bad label", "columns", "format", "tags" or
            "spans".
        reason: what exactly is wrong.

    Examples:
        >>> str(kerasapps.data.BrokenRow("train.csv, row 7", "empty text", "the text is empty"))
        'train.csv, row 7: the text is empty'
    """

    origin: str
    fault: str
    reason: str

    def __str__(self) -> str:
        return f"{self.origin}: {self.reason}"


@dataclass(frozen=True)
class Passage:
    """Something in a text: where, and the text around it."""

    origin: str
    text: str

    def __str__(self) -> str:
        return f"{self.origin}: {self.text}"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that an audit tells: in JSON, in the terminal and in a table of the report.

    Attributes:
        key: its name in JSON, and in `Audit`.
        value: what was found: a figure, or items: `Listed`, or a tuple or `Found` of all. An item
            is a frozen dataclass; its fields go into JSON, its `str` is a line in the terminal.
        said: in the terminal: the title above the items, or all that is said of a figure; "" for
            what is said elsewhere.
        few: most items that the terminal lists, where those are fewer than of others.
        heading: of the table; "" for what has none.
        columns: names of the table's columns.
        rows: of the table: a figure's, or of the first items.
        note: below the table.

    Examples:
        >>> audit = kerasapps.data.audit_texts("builtin:reviews")
        >>> isinstance(audit.finding("broken"), kerasapps.data.Finding)
        True
    """

    key: str
    value: Any
    said: str = ""
    few: int | None = None
    heading: str = ""
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[object]] = ()
    note: str = ""

    @property
    def items(self) -> Listed[Any] | None:
        """What was found one by one; None of a figure."""
        if isinstance(self.value, tuple):
            return Listed(len(self.value), self.value)
        if isinstance(self.value, Found):
            return Listed(len(self.value), self.value[: Listed.LIMIT])
        return self.value if isinstance(self.value, Listed) else None

    @property
    def total(self) -> int:
        """How many items there are; 0 of a figure."""
        return 0 if self.items is None else self.items.total


def itemise(
    key: str,
    items: Listed[Any] | tuple[Any, ...] | Found[Any],
    *,
    said: str,
    few: int | None = None,
    heading: str = "",
    columns: Iterable[tuple[str, str]] = (),
    note: str = "",
) -> Finding:
    """A finding of items, whose table has an attribute of them in each column.

    Args:
        key: see `Finding`, as are the others that are not named here.
        items: all of them, or the first and how many there are.
        said: the title above them in the terminal.
        few: most that are listed there.
        heading: of the table.
        columns: the name of each column and the attribute that it shows.
        note: below the table.
    """
    names, attributes = zip(*columns, strict=True) if columns else ((), ())
    first = items.first if isinstance(items, Listed) else items
    rows = (tuple(_cell(getattr(item, name)) for name in attributes) for item in first[:TABLED])
    return Finding(
        key=key,
        value=items,
        said=said,
        few=few,
        heading=heading,
        columns=names,
        rows=tuple(rows) if attributes else (),
        note=note,
    )


def file_findings(
    broken: Sequence[Any], duplicates: Sequence[Any], copies: Sequence[Any], *, noun: str
) -> tuple[Finding, ...]:
    """What is told of files that are left out, and of those that are there twice.

    Args:
        broken: each with `path` and `reason`.
        duplicates: each with `copy`, `kept` and the split of both.
        copies: likewise, within a split.
        noun: what a file is called in a column.
    """
    return (
        itemise(
            "broken",
            tuple(broken),
            said="Broken files (skipped)",
            heading="Broken files",
            columns=(("file", "path"), ("reason", "reason")),
            note="They were left out.",
        ),
        itemise(
            "duplicates",
            all_of(duplicates),
            said="Duplicates across splits (left out of the less protected split)",
            heading="Duplicates across splits",
            columns=(
                *((noun, "copy"), ("split", "copy_split")),
                *(("same as", "kept"), ("split", "kept_split")),
            ),
            note="The first of each pair was left out.",
        ),
        itemise("copies", all_of(copies), said="Copies within a split (kept)"),
    )


def broken_rows(
    broken: Listed[BrokenRow],
    faults: Mapping[str, int],
    *,
    what: str = "rows",
    columns: Iterable[tuple[str, str]] = (("where", "origin"), ("reason", "reason")),
) -> tuple[Finding, Finding]:
    """What is told of rows that cannot be used.

    Args:
        broken: where they are, and why.
        faults: how many of them by kind.
        what: they are, in the plural.
        columns: see `itemise`.
    """
    counts = ", ".join(f"{number} × {fault}" for fault, number in faults.items())
    told = itemise(
        "broken",
        broken,
        said=f"Broken {what} (skipped; {counts})",
        heading=f"Broken {what}",
        columns=columns,
        note="They were left out.",
    )
    return told, Finding(key="faults", value=faults)


@dataclass(frozen=True)
class Audit:
    """Everything that was found in a data set.

    `audit[key]` is the value of a figure or a finding: `audit["broken"]`.

    Attributes:
        source: the data as the user named it.
        figures: what was counted and measured, such as the examples of each split in `counts`.
        findings: what was found one by one, such as what is broken.
        guesses: what was guessed of folders and columns.
        notes: what is unusual and handled.
        errors: why the data cannot be used; empty when it can.
        warnings: what the user should know.

    Examples:
        >>> audit = kerasapps.data.audit_texts("builtin:reviews")
        >>> audit.ok, audit["broken"].total
        (True, 0)
    """

    source: str
    figures: tuple[Finding, ...] = ()
    findings: tuple[Finding, ...] = ()
    guesses: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the data can be used."""
        return not self.errors

    @property
    def counts(self) -> Mapping[str, Any]:
        """Examples in use per split, or per split and class: `counts["train"]["cat"]`."""
        counts: Mapping[str, Any] = self["counts"]
        return counts

    @property
    def total(self) -> int:
        """Examples in use."""
        splits = self.counts.values()
        return sum(sum(split.values()) if isinstance(split, Mapping) else split for split in splits)

    def finding(self, key: str) -> Finding:
        """A figure or finding by its key.

        Raises:
            KeyError: if data of this kind have none of that name.
        """
        for finding in (*self.figures, *self.findings):
            if finding.key == key:
                return finding
        raise KeyError(key)

    def __getitem__(self, key: str) -> Any:
        return self.finding(key).value

    def to_dict(self) -> dict[str, Any]:
        """The audit as plain values that `json.dumps` takes; paths become text."""
        plain = {"ok": self.ok, "source": self.source}
        plain |= {figure.key: _plain(figure.value) for figure in self.figures}
        plain |= {"guesses": list(self.guesses)}
        plain |= {finding.key: _plain(finding.value) for finding in self.findings}
        plain.setdefault("notes", list(self.notes))  # pictures name each that is converted
        return plain | {"errors": list(self.errors), "warnings": list(self.warnings)}


def _cell(value: Any) -> object:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else value


def _plain(value: Any) -> Any:
    if isinstance(value, Path | ShardPlace):
        return printable(str(value))
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | Found):
        return [_plain(item) for item in value]
    return value
