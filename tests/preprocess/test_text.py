from __future__ import annotations

import hashlib
import os
import pickle
from pathlib import Path

import numpy as np
import pytest

from kerasapps.data.sources.places import PlaceColumns, ShardPlace
from kerasapps.data.sources.shard_texts import ShardTexts
from kerasapps.preprocess import text as encoding
from kerasapps.preprocess.text import (
    TextRows,
    add_texts,
    choose_length,
    encode_texts,
    encoded_lengths,
    reads_whole,
    token_lengths,
    truncated_share,
)
from kerasapps.preprocess.tokenizers import Tokenizer, learn_tokenizer
from kerasapps.shards import FORMATS
from kerasapps.streamed import StreamedArray
from tests.full_disk import file_limit

TEXTS = [" ".join(["good", "bad", "fine"][: 1 + row % 3] * (row % 7)) for row in range(50)]


def learned(**options: int) -> Tokenizer:
    given = {"vocab_size": 10, "min_count": 1, "max_length": 8, **options}
    return learn_tokenizer(TEXTS, kind="regex", lowercase=True, **given)


def encode(
    folder: Path, *, texts: list[str] = TEXTS, tokenizer: Tokenizer | None = None, budget: int = 0
) -> np.ndarray:
    tokenizer = tokenizer or learned()
    return encode_texts(texts, tokenizer, budget_bytes=budget, folder=folder, name="train")


def test_memory_and_disk_hold_the_same(tmp_path: Path) -> None:
    folder, size = tmp_path / "ids", 50 * 8 * 4
    memory = encode(folder, budget=size)
    assert not folder.exists() and not isinstance(memory, np.memmap)
    disk = encode(folder, budget=size - 1)
    assert isinstance(disk, np.memmap) and not disk.flags.writeable
    assert disk.dtype == memory.dtype == np.int32 and disk.shape == (50, 8)
    np.testing.assert_array_equal(disk, memory)
    np.testing.assert_array_equal(memory, [learned().encode(text) for text in TEXTS])
    assert [path.suffix for path in folder.iterdir()] == [".npy"]


def test_file_is_reused_only_for_the_same_texts_and_tokenizer(tmp_path: Path) -> None:
    encode(tmp_path)
    (file,) = tmp_path.iterdir()
    os.utime(file, ns=(1, 1))
    encode(tmp_path)
    assert file.stat().st_mtime_ns == 1
    names = {file.name}
    encode(tmp_path, texts=[*TEXTS[:-1], "good"])
    names |= {path.name for path in tmp_path.iterdir()}
    encode(tmp_path, tokenizer=learned(vocab_size=5))
    names |= {path.name for path in tmp_path.iterdir()}
    encode(tmp_path, tokenizer=learned(max_length=16))
    names |= {path.name for path in tmp_path.iterdir()}
    # The same characters, parted elsewhere, are other texts.
    encode(tmp_path, texts=["good bad", " fine"])
    names |= {path.name for path in tmp_path.iterdir()}
    encode(tmp_path, texts=["good", " bad fine"])
    names |= {path.name for path in tmp_path.iterdir()}
    assert len(names) == 6 and len(list(tmp_path.iterdir())) == 1


def test_lengths() -> None:
    tokenizer = learned()
    lengths = token_lengths(TEXTS, tokenizer)
    assert lengths.dtype == np.int32
    assert lengths.tolist() == [1 + len(text.split()) for text in TEXTS]
    ids = np.stack([tokenizer.encode(text) for text in TEXTS])
    assert encoded_lengths(ids).tolist() == np.minimum(lengths, 8).tolist()
    assert encoded_lengths(ids).dtype == np.int32
    assert truncated_share(lengths, 8) == np.mean(lengths > 8) > 0
    assert truncated_share(lengths, int(lengths.max())) == 0


@pytest.mark.parametrize(
    ("lengths", "longest", "chosen"),
    [
        ([3] * 98 + [500] * 2, 512, 8),
        ([3] * 97 + [500] * 3, 512, 504),
        ([17] * 10, 512, 24),
        ([16] * 10, 512, 16),
        ([400] * 10, 128, 128),
        ([40], 30, 30),
    ],
)
def test_choose_length(lengths: list[int], longest: int, chosen: int) -> None:
    assert choose_length(np.array(lengths), longest=longest) == chosen


def test_a_text_is_read_whole_up_to_the_length() -> None:
    tokenizer = learned(max_length=4)
    assert reads_whole("good bad fine", tokenizer) and not reads_whole("good " * 4, tokenizer)


def test_lengths_of_many_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "_BLOCK", 7)
    ids = np.stack([learned().encode(text) for text in TEXTS])
    assert encoded_lengths(ids).tolist() == np.count_nonzero(ids, axis=1).tolist()
    assert encoded_lengths(ids[:0]).tolist() == []


def test_a_file_is_named_by_all_that_decides_it(tmp_path: Path) -> None:
    tokenizer = learned()
    encode(tmp_path)
    expected = hashlib.sha256(repr(sorted(tokenizer.spec.to_dict().items())).encode())
    for token, number in tokenizer.vocabulary.items():
        expected.update(f"{number} {token}\n".encode())
    for text in TEXTS:
        expected.update(len(text).to_bytes(8, "little") + text.encode())
    (file,) = tmp_path.iterdir()
    assert expected.hexdigest()[:16] in file.name and expected.hexdigest()[:17] not in file.name


def test_texts_of_any_kind_have_a_hash() -> None:
    digest = hashlib.sha256()
    add_texts(digest, ["é", "\udcff", ""])
    parts = ((2, b"\xc3\xa9"), (3, b"\xed\xb3\xbf"), (0, b""))
    plain = b"".join(count.to_bytes(8, "little") + text for count, text in parts)
    assert digest.digest() == hashlib.sha256(plain).digest()


def test_without_room_nothing_is_left(tmp_path: Path) -> None:
    with file_limit(1000), pytest.raises(OSError, match="File too large"):
        encode(tmp_path / "ids")
    assert not list((tmp_path / "ids").iterdir())


def test_texts_without_room_are_encoded_when_they_are_asked_for(tmp_path: Path) -> None:
    def encoded(budget: int) -> np.ndarray:
        return encode_texts(
            TEXTS, learned(), budget_bytes=budget, folder=tmp_path / "no", on_disk=False
        )

    memory, streamed = encoded(50 * 8 * 4), encoded(50 * 8 * 4 - 1)
    assert isinstance(memory, np.ndarray) and isinstance(streamed, StreamedArray)
    assert streamed.nbytes == 49 * 8 * 4 and not (tmp_path / "no").exists()
    for rows in (slice(7, None, 3), np.array([49, 3]), (slice(0, 9), slice(None, 5))):
        np.testing.assert_array_equal(streamed[rows], memory[rows])
    np.testing.assert_array_equal(encoded_lengths(streamed), encoded_lengths(memory))
    again = pickle.loads(pickle.dumps(streamed))  # as it goes to the process of a file
    np.testing.assert_array_equal(again[:], memory)


def test_texts_of_shards_are_read_as_they_lie(tmp_path: Path) -> None:
    places = PlaceColumns()
    with FORMATS["tfrecord"].write(tmp_path / "a.tfrecord") as writer:
        lying = [writer.add({"text": text.encode()}) for text in TEXTS[::-1]]
    for number, at in enumerate(lying[::-1]):
        places.add(ShardPlace(tmp_path / "a.tfrecord", *at, 50 - number, "text"))
    texts = ShardTexts(places.finish())
    streamed = encode_texts(texts, learned(), budget_bytes=0, folder=tmp_path, on_disk=False)
    np.testing.assert_array_equal(streamed[:], encode(tmp_path, budget=10**6))
    stored = TextRows(texts, learned()).stored()
    assert stored is not None and stored.order.tolist() == list(range(50))[::-1]
    assert TextRows(TEXTS, learned()).stored() is None
