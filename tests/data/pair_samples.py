"""Sentence pairs for tests, and what reading them gives.

Each `number` gives another pair, the same on every call.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from kerasapps.config import LoadConfig, TranslationConfig
from kerasapps.data.audit import Audit
from kerasapps.data.examine import read_usable
from kerasapps.data.pairs import steps
from kerasapps.data.pairs.examples import PairExamples, PairSplits
from kerasapps.errors import DataError
from tests.data.loading import audit_pairs, load_pairs
from tests.data.options import build_configs

_WORDS = ("dog", "cat", "tree", "house", "river", "boat", "child")
_WORTE = ("Hund", "Katze", "Baum", "Haus", "Fluss", "Boot", "Kind")


def pairs(count: int, *, first: int = 0) -> list[tuple[str, str]]:
    """`(source, target)`, different in their number."""
    return [
        (f"The {_WORDS[n % 7]} number {n} sleeps.", f"Nummer {n}, {_WORTE[n % 7]}, schläft.")
        for n in range(first, first + count)
    ]


def write_lines(path: Path, lines: Iterable[str]) -> Path:
    """A plain file, packed if its name says so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = "".join(f"{line}\n" for line in lines).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def write_aligned(
    folder: Path, stem: str, content: list[tuple[str, str]], *, suffix: str = ""
) -> tuple[Path, Path]:
    """`stem.en` and `stem.de`, one text a line."""
    english = write_lines(folder / f"{stem}.en{suffix}", [source for source, _ in content])
    german = write_lines(folder / f"{stem}.de{suffix}", [target for _, target in content])
    return english, german


def content(splits: PairSplits) -> dict[str, str]:
    """Target by source, over all splits: to compare with what went in."""
    return {
        source: target
        for split in (splits.train, splits.validation, splits.test)
        for source, target in zip(split.sources, split.targets, strict=True)
    }


def load(data: Any, work: Path, *, seed: int = 0, **options: Any) -> PairSplits:
    """The splits; `options` are fields of `LoadConfig` and `TranslationConfig`."""
    config, translation = build_configs(LoadConfig, TranslationConfig, **options)
    return load_pairs(data, config=config, translation=translation, seed=seed, work_dir=work)


def audit(data: Any, work: Path, **options: Any) -> Audit:
    """What is found in the same data."""
    config, translation = build_configs(LoadConfig, TranslationConfig, **options)
    return audit_pairs(data, config=config, translation=translation, seed=0, work_dir=work)


def usable(
    data: Any, work: Path, *, max_broken: float = 0, told: list[str] | None = None
) -> PairExamples:
    """What a finished model is judged on."""
    lines = [] if told is None else told
    collection, rows = read_usable(
        steps,
        data,
        options=TranslationConfig(),
        max_broken=max_broken,
        work_dir=work,
        tell=lines.append,
    )
    return collection.select(rows)


def reason(data: Any, work: Path, **options: Any) -> str:
    """The only error of the audit; loading raises the same, and says what was guessed."""
    (error,) = audit(data, work, **options).errors
    with pytest.raises(DataError) as caught:
        load(data, work, **options)
    assert str(caught.value).partition("\nRead as: ")[0] == error
    return error
