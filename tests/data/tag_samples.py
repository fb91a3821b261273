"""Sentences with tags for tests, and what reading them gives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from kerasapps.config import LoadConfig
from kerasapps.data.audit import Audit
from kerasapps.data.tags.config import TaggingConfig
from kerasapps.data.tags.examples import TagSplits
from tests.data.loading import audit_tags, load_tags
from tests.data.options import build_configs

Sentence = tuple[list[str], list[str]]

_NAMES = ("Ana", "Bo", "Cy", "Dee", "Eli", "Flo", "Gus")
_PLACES = ("Rome", "Oslo", "Lima", "Bern", "Kyiv")


def sentences(count: int, *, first: int = 0) -> list[Sentence]:
    """`(words, tags)` in IOB2, each different in its number, of ten words or more."""
    return [
        (
            [
                "Mrs",
                _NAMES[n % 7],
                "Smith",
                "took",
                "bus",
                str(n),
                "to",
                _PLACES[n % 5],
                "by",
                "six",
                ".",
            ],
            ["O", "B-PER", "I-PER", "O", "O", "O", "O", "B-LOC", "O", "O", "O"],
        )
        for n in range(first, first + count)
    ]


def conll(content: Iterable[tuple[Sequence[str], Sequence[str]]], *, gap: str = "\n") -> str:
    """A word and its tag a line, with a blank and another column between them."""
    return gap.join(
        "".join(f"{word} X {tag}\n" for word, tag in zip(words, tags, strict=True))
        for words, tags in content
    )


def write(path: Path, text: str | bytes) -> Path:
    """A file in a folder that need not be there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def load(data: Any, work: Path, *, seed: int = 0, **options: Any) -> TagSplits:
    """The splits of some data, with options of both configs."""
    tagging, config = build_configs(TaggingConfig, LoadConfig, **options)
    return load_tags(data, tagging=tagging, config=config, seed=seed, work_dir=work)


def audit(data: Any, work: Path, *, seed: int = 0, **options: Any) -> Audit:
    """What is found in the same data."""
    tagging, config = build_configs(TaggingConfig, LoadConfig, **options)
    return audit_tags(data, tagging=tagging, config=config, seed=seed, work_dir=work)


def content(splits: TagSplits) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Tags by words, over all splits: to compare with what went in."""
    return {
        words: tags
        for split in (splits.train, splits.validation, splits.test)
        for words, tags in zip(split.sentences, split.tags, strict=True)
    }


def as_content(given: Iterable[Sentence]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """The same of what went in."""
    return {tuple(words): tuple(tags) for words, tags in given}
