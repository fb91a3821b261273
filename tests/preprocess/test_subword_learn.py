"""How large a vocabulary of a corpus is, what of it is read, and what is said of a failure."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from kerasapps.errors import ConfigError, DataError
from kerasapps.preprocess.tokenizers import subword_learn


def counted(alphabet: int, total: int) -> Counter[str]:
    """So many different characters, in all so many; the first is in most places."""
    rest = {chr(0x4E00 + number): 1 for number in range(alphabet - 1)}
    return Counter({"a": total - len(rest)} | rest)


@pytest.mark.parametrize(
    ("alphabet", "total", "asked", "plan"),
    [
        # Four special pieces, 256 bytes, and a piece for each 50 characters.
        (26, 100_000, 8000, (4 + 256 + 2000, 1.0, True)),
        (26, 100_049, 8000, (4 + 256 + 2000, 1.0, True)),
        (26, 100_050, 8000, (4 + 256 + 2001, 1.0, True)),
        (26, 1_000_000, 8000, (8000, 1.0, True)),
        # At least four pieces a character, however short the text.
        (26, 100, 8000, (4 + 256 + 104, 1.0, True)),
        # Below 1024 there are no bytes.
        (26, 100_000, 1024, (1024, 1.0, True)),
        (26, 100_000, 1023, (1023, 1.0, False)),
        (26, 100, 200, (4 + 104, 1.0, False)),
        # Half of the pieces may be characters.
        (300, 100_000, 1024, (1024, 1.0, True)),
        (382, 100_000, 1024, (1024, 1.0, True)),
        (383, 1_000_000, 1024, (1024, (1_000_000 - 1) / 1_000_000, True)),
        (30, 100_000, 64, (64, 1.0, False)),
        # Of very many characters those of 98 in a hundred places.
        (5000, 6000, 1024, (1024, 0.98, True)),
    ],
)
def test_plans(alphabet: int, total: int, asked: int, plan: tuple[int, float, bool]) -> None:
    assert subword_learn._plan(counted(alphabet, total), asked) == plan


@pytest.mark.parametrize(("alphabet", "asked", "needed"), [(31, 64, 66), (600, 900, 1024)])
def test_a_vocabulary_without_room(alphabet: int, asked: int, needed: int) -> None:
    message = f"vocab_size={asked} is too small.* hold {alphabet} different .* at least {needed}"
    with pytest.raises(ConfigError, match=message):
        subword_learn._plan(counted(alphabet, 10**6), asked)


def test_all_rows_or_a_part_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    assert subword_learn._sample(1_000_000) == range(1_000_000)
    monkeypatch.setattr(subword_learn, "_MOST_SENTENCES", 50)
    assert subword_learn._sample(50) == range(50)
    rows = subword_learn._sample(200)
    drawn = np.sort(np.random.default_rng(0).choice(200, 50, replace=False))
    assert rows == drawn.tolist() and len(set(rows)) == 50


def test_what_the_library_says_in_the_users_words() -> None:
    small = RuntimeError("Vocabulary size is smaller than required_chars. 40 vs 57. Increase")
    found = subword_learn._explained(small, 40)
    assert isinstance(found, ConfigError)
    assert "vocab_size=40 is too small" in str(found) and "are 57 pieces" in str(found)
    assert "at least 114" in str(found)
    other = subword_learn._explained(RuntimeError("odd"), 40)
    assert isinstance(other, DataError) and str(other).endswith("training pairs: odd")
