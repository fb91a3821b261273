"""How large a vocabulary of a corpus is, what of it is read, and what is said of a failure."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from typing import Any

import numpy as np
import pytest

from kerasapps.errors import ConfigError, DataError
from kerasapps.preprocess.tokenizers import subword_learn
from tests.preprocess.subwords import SOURCES, learned


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


def test_the_specification_is_what_was_asked_for() -> None:
    spec = learned(lengths=(9, 7), subwords="bpe", joint=False).spec
    assert (spec.subwords, spec.joint, spec.max_source, spec.max_target) == ("bpe", False, 9, 7)
    assert (spec.source_language, spec.target_language) == ("en", "de")


def test_learning_is_the_same_in_every_process() -> None:
    program = (
        "import hashlib, sys\n"
        "from tests.preprocess.subwords import learned\n"
        "for kind in ('bpe', 'unigram'):\n"
        "    print(hashlib.sha256(learned(subwords=kind).models[0]).hexdigest())\n"
        "assert not {'tensorflow', 'keras', 'tensorflow_text'} & set(sys.modules)\n"
    )
    runs = [
        subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
        for _ in range(2)
    ]
    assert len(runs[0].stdout.split()) == 2
    assert runs[0].stdout == runs[1].stdout
    assert not runs[0].stderr  # nor does the library chat


@pytest.mark.parametrize("subwords", ["bpe", "unigram"])
@pytest.mark.parametrize("joint", [True, False])
def test_the_smallest_corpora(subwords: str, joint: bool) -> None:
    tokenizer = learned(["a"], ["b c"], subwords=subwords, joint=joint)
    assert tokenizer.decode_target(tokenizer.encode_target("c b")) == "c b"
    assert tokenizer.source_size < 300
    with pytest.raises(DataError, match="no text that a vocabulary could be learned from"):
        learned(["", " "], ["", "\t"], subwords=subwords, joint=joint)


def test_the_size_follows_the_corpus() -> None:
    """Of 600 words that are seen once each, SentencePiece alone would make 2,000 pieces."""
    letters = np.random.default_rng(0).integers(97, 123, (100, 6, 6))
    texts = [" ".join("".join(map(chr, word)) for word in row) for row in letters]
    most = 4 + 256 + 2 * 100 * 36 // 50
    assert most - 60 < learned(texts, texts).source_size <= most
    assert learned(texts * 20, texts).source_size > 1000
    assert learned(texts * 20, texts, vocab_size=300).source_size == 300


def test_a_vocabulary_too_small_says_what_would_do() -> None:
    with pytest.raises(ConfigError, match=r"vocab_size=60 is too small.* at least (\d+)") as caught:
        learned(vocab_size=60)
    needed = int(str(caught.value).rstrip(".").rsplit(" ", 1)[1])
    assert learned(vocab_size=needed).source_size == needed
    with pytest.raises(ConfigError, match="too small"):
        learned(vocab_size=needed - 1)


def test_a_large_alphabet_leaves_room_for_pieces() -> None:
    """4,000 ideographs by falling frequency: the rarest are bytes, and none is lost."""
    draw = np.random.default_rng(0)
    ranks = np.minimum(draw.geometric(1 / 700, 60_000), 4000)
    texts = ["".join(chr(0x4E00 + rank) for rank in row) for row in ranks.reshape(-1, 20)]
    tokenizer = learned(texts, texts, vocab_size=4000, lengths=(200, 200))
    assert tokenizer.source_size == 4000
    assert all(tokenizer.decode_target(tokenizer.encode_target(text)) == text for text in texts)
    lengths = [tokenizer.source_length(text) for text in texts]
    assert np.mean(lengths) < 30
    assert any("<0xE" in piece for text in texts for piece in tokenizer.source_pieces(text))


def test_of_a_large_corpus_a_part_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subword_learn, "_MOST_SENTENCES", 50)

    class Counted(list[str]):
        read: set[int]

        def __getitem__(self, row: Any) -> Any:
            self.read.add(row)
            return super().__getitem__(row)

        def __iter__(self) -> Any:
            raise AssertionError("reads all")

    texts = Counted(SOURCES)
    texts.read = set()
    learned(texts, texts)
    assert len(texts.read) == 50 and max(texts.read) > len(SOURCES) // 2
