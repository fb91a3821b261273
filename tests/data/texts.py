"""Texts for tests: each `number` gives another one, the same on every call."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from kerasapps.data.examples import TextSplits

_WORDS = (
    *("the", "a", "film", "meal", "room", "with", "very", "quite", "good", "bad"),
    *("slow", "warm", "plain", "loud", "odd"),
)


def sentence(number: int) -> str:
    """A few words, and the number as a word of its own."""
    return f"{_WORDS[number % 15]} {_WORDS[number // 15 % 15]} thing n{number}"


def rows(count: int, *, labels: Sequence[str] = ("neg", "pos"), first: int = 0) -> list[list[str]]:
    """`[text, label]` rows, labels in turn."""
    return [[sentence(first + i), labels[i % len(labels)]] for i in range(count)]


def write_csv(
    path: Path,
    content: Sequence[Sequence[str]],
    *,
    header: Sequence[str] | None = ("text", "label"),
) -> Path:
    """A CSV file, or TSV by its suffix."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t" if path.suffix == ".tsv" else ",")
        writer.writerows([header, *content] if header else content)
    return path


def content(splits: TextSplits) -> dict[str, str]:
    """Label by text, over all splits: to compare with what went in."""
    return {
        text: splits.labels[label]
        for split in (splits.train, splits.validation, splits.test)
        for text, label in zip(split.texts, split.labels, strict=True)
    }
