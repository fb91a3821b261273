from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kerasapps.config import LoadConfig, TextConfig, TranslationConfig
from kerasapps.data.sources.streams import is_indexed, is_stream, pairs_of, until_repeated
from kerasapps.errors import DataError
from tests.data.batches import LABELS, Batches
from tests.data.loading import load_pairs, load_texts

OPTIONS: dict[str, Any] = {"config": LoadConfig(), "seed": 0}


def test_texts_and_pairs_from_generators(work: Path) -> None:
    def texts() -> Iterator[tuple[str, str]]:
        for number in range(24):
            yield f"text {number}", "ab"[number % 2]

    splits = load_texts(texts(), text=TextConfig(), work_dir=work, **OPTIONS)
    assert splits.labels == ("a", "b") and len(splits.train) + len(splits.test) == 22
    pairs = ((f"one {number} word", f"ein {number} Wort") for number in range(24))
    found = load_pairs(pairs, translation=TranslationConfig(), work_dir=work, **OPTIONS)
    assert len(found.train) + len(found.validation) + len(found.test) == 24
    with pytest.raises(DataError, match="seems never to end"):
        load_texts(itertools.cycle(texts()), text=TextConfig(), work_dir=work, **OPTIONS)
    with pytest.raises(DataError, match="element 0 of the list_iterator is a str"):
        load_texts(iter(["text"]), text=TextConfig(), work_dir=work, **OPTIONS)


def test_a_stream_that_begins_again() -> None:
    def ends(examples: list[int]) -> list[int]:
        digest = lambda each: str(each).encode()  # noqa: E731
        return list(until_repeated(examples, digest=digest, what="it"))

    once = list(range(100))
    copies = [*once, *once[:99]]
    assert ends(copies) == copies
    with pytest.raises(DataError, match="it repeats its 100 examples"):
        ends([*once, *once])
    few = [1] * 64
    assert ends(few) == few
    with pytest.raises(DataError, match="it repeats its 1 examples"):
        ends([1] * 65)
    assert ends([*once, *once[:60], 777, *once[:60]])[-1] == 59


def test_what_is_a_stream() -> None:
    assert is_stream(iter([])) and is_stream(Batches(LABELS)) and is_indexed(Batches(LABELS))
    assert not any(map(is_stream, ["text", b"", {}, (), [], np.zeros(2), 3, None]))
    assert list(pairs_of([(1, 2), [3, 4]], noun="x")) == [(1, 2), (3, 4)]
