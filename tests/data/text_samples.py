"""Texts for tests, and what reading them gives.

Each `number` gives another text, the same on every call.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from kerasapps.config import LoadConfig, TextConfig
from kerasapps.data.audit import Audit
from kerasapps.data.examine import read_usable
from kerasapps.data.texts import steps
from kerasapps.data.texts.examples import TextSplits
from kerasapps.errors import DataError
from tests.data.loading import audit_texts, load_texts
from tests.data.options import build_configs

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


def load(data: Any, work: Path, *, seed: int = 0, **options: Any) -> TextSplits:
    """The splits; `options` are fields of `LoadConfig` and `TextConfig`."""
    config, text = build_configs(LoadConfig, TextConfig, **options)
    return load_texts(data, config=config, text=text, seed=seed, work_dir=work)


def audit(data: Any, work: Path, **options: Any) -> Audit:
    """What is found in the same data."""
    config, text = build_configs(LoadConfig, TextConfig, **options)
    return audit_texts(data, config=config, text=text, seed=0, work_dir=work)


def usable(
    data: Any, work: Path, *, max_broken: float = 0.05, told: list[str] | None = None
) -> tuple[list[str], list[str], list[str]]:
    """Texts, labels and origins of what a finished model is judged on."""
    lines = [] if told is None else told
    collection, chosen = read_usable(
        steps,
        data,
        options=TextConfig(),
        max_broken=max_broken,
        work_dir=work,
        tell=lines.append,
    )
    return (
        list(collection.texts.select(chosen)),
        [collection.labels[number] for number in collection.numbers[chosen]],
        list(collection.origins.select(chosen)),
    )


def reason(data: Any, work: Path, **options: Any) -> str:
    """The only error of the audit; loading raises the same, and says what was guessed."""
    (error,) = audit(data, work, **options).errors
    with pytest.raises(DataError) as caught:
        load(data, work, **options)
    assert str(caught.value).partition("\nRead as: ")[0] == error
    return error
