from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from kerasapps.data.pairs.examples import PairExamples
from kerasapps.preprocess import pairs as module
from kerasapps.preprocess.pair_pipeline import pair_batches
from kerasapps.preprocess.pairs import (
    EncodedPairs,
    StreamedPairs,
    choose_pair_lengths,
    encode_pairs,
    pair_lengths,
)
from kerasapps.preprocess.tokenizers.subword import PairTokenizer
from tests.full_disk import file_limit
from tests.preprocess.pairs import pair_tokenizer, some_pairs

EXAMPLES = some_pairs(60)
TOKENIZER = pair_tokenizer(EXAMPLES)
MOST = 60 * (16 + 12) * 4  # bytes


def encode(
    folder: Path,
    *,
    examples: PairExamples = EXAMPLES,
    tokenizer: PairTokenizer = TOKENIZER,
    budget: int = 0,
) -> EncodedPairs:
    return encode_pairs(examples, tokenizer, budget_bytes=budget, folder=folder, name="train")


def test_memory_and_disk_hold_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "ids"
    memory = encode(folder, budget=MOST)
    assert not folder.exists() and not isinstance(memory.ids, np.memmap)
    monkeypatch.setattr(module, "_BLOCK", 7)  # the end marks are looked for in blocks
    disk = encode(folder, budget=MOST - 1)
    assert isinstance(disk.ids, np.memmap) and not disk.ids.flags.writeable
    assert [path.suffix for path in folder.iterdir()] == [".ids"]
    for pairs in (memory, disk):
        assert len(pairs) == 60 and pairs.ids.dtype == np.int32
        for row in range(60):
            source = TOKENIZER.encode_source(EXAMPLES.sources[row])
            target = TOKENIZER.encode_target(EXAMPLES.targets[row])
            np.testing.assert_array_equal(pairs.source(row), source)
            np.testing.assert_array_equal(pairs.target(row), target)
            assert (pairs.source_lengths[row], pairs.target_lengths[row]) == (
                len(source),
                len(target),
            )
        np.testing.assert_array_equal(pairs.target(-1), pairs.target(59))
        with pytest.raises(IndexError):
            pairs.source(60)
    assert memory.source_lengths.dtype == np.int32 and memory.target_lengths.max() == 12


def test_rows_side_by_side(tmp_path: Path) -> None:
    pairs = encode(tmp_path)
    rows = np.array([7, -1, 0, 7, 59])
    for found, row_of, width in (
        (pairs.sources(rows, 18), pairs.source, 18),
        (pairs.targets(rows, 12), pairs.target, 12),
    ):
        assert found.dtype == np.int32 and found.shape == (5, width)
        assert not isinstance(found, np.memmap)
        for row, ids in zip(rows, found, strict=True):
            expected = [] if row < 0 else row_of(int(row)).tolist()
            assert ids.tolist() == expected + [0] * (width - len(expected))


def test_nothing_is_a_split_too(tmp_path: Path) -> None:
    for budget in (0, 100):
        none = encode(tmp_path, examples=PairExamples([], [], []), budget=budget)
        assert len(none) == 0 and none.source_lengths.shape == (0,)


def test_halves_of_pairs_are_refused() -> None:
    for ids in ([5, 3], [5, 3, 6], [3, 3, 3]):
        with pytest.raises(ValueError, match="not those of whole pairs"):
            EncodedPairs(np.array(ids, np.int32))


def test_file_is_reused_only_for_the_same_pairs_and_tokenizer(tmp_path: Path) -> None:
    encode(tmp_path)
    (file,) = tmp_path.iterdir()
    os.utime(file, ns=(1, 1))
    encode(tmp_path)
    assert file.stat().st_mtime_ns == 1
    names = {file.name}

    def again(examples: PairExamples = EXAMPLES, tokenizer: PairTokenizer = TOKENIZER) -> None:
        encode(tmp_path, examples=examples, tokenizer=tokenizer)
        (only,) = tmp_path.iterdir()
        names.add(only.name)

    again(tokenizer=TOKENIZER.with_lengths(max_source=16, max_target=13))
    again(tokenizer=pair_tokenizer(some_pairs(50)))
    again(PairExamples(EXAMPLES.sources, EXAMPLES.sources, EXAMPLES.origins))
    again(PairExamples(EXAMPLES.targets, EXAMPLES.sources, EXAMPLES.origins))
    again(PairExamples(["a b", "c"], ["d", "e"], []))
    again(PairExamples(["a", " bc"], ["d", "e"], []))
    assert len(names) == 7


def test_an_error_leaves_nothing(tmp_path: Path) -> None:
    uneven = PairExamples(EXAMPLES.sources, EXAMPLES.targets[:-1], EXAMPLES.origins)
    for budget in (0, MOST):
        with pytest.raises(ValueError, match="shorter"):
            encode(tmp_path, examples=uneven, budget=budget)
    assert not list(tmp_path.iterdir())


def test_lengths() -> None:
    sources, targets = pair_lengths(EXAMPLES, TOKENIZER)
    assert sources.dtype == targets.dtype == np.int32
    assert sources.tolist() == [TOKENIZER.source_length(text) for text in EXAMPLES.sources]
    assert targets.tolist() == [TOKENIZER.target_length(text) for text in EXAMPLES.targets]
    assert targets.max() > TOKENIZER.spec.max_target  # nothing is cut off


@pytest.mark.parametrize(
    ("long_sources", "long_targets", "chosen"),
    [(0, 0, (16, 24)), (2, 2, (16, 24)), (3, 0, (104, 24)), (0, 3, (16, 128))],
)
def test_lengths_cover_the_pairs(
    long_sources: int, long_targets: int, chosen: tuple[int, int]
) -> None:
    sources = np.array([100] * long_sources + [9] * (1000 - long_sources))
    targets = np.array([17] * (1000 - long_targets) + [500] * long_targets)
    found = choose_pair_lengths(sources, targets)
    assert found == chosen
    whole = (sources <= found[0]) & (targets <= found[1])
    assert whole.mean() >= 0.995
    assert choose_pair_lengths(sources, targets, asked=200) == (200, 200)


def test_without_room_nothing_is_left(tmp_path: Path) -> None:
    with file_limit(1000), pytest.raises(OSError, match="File too large"):
        encode(tmp_path / "ids")
    assert not list((tmp_path / "ids").iterdir())


def test_pairs_without_room_are_encoded_when_they_are_asked_for(tmp_path: Path) -> None:
    memory = encode(tmp_path, budget=MOST)
    folder = tmp_path / "no"
    streamed = encode_pairs(
        EXAMPLES, TOKENIZER, budget_bytes=MOST - 1, folder=folder, on_disk=False
    )
    assert isinstance(streamed, StreamedPairs) and not folder.exists() and not streamed.ids.size
    assert len(streamed) == 60
    for name in ("source_lengths", "target_lengths"):
        np.testing.assert_array_equal(getattr(streamed, name), getattr(memory, name))
    rows = np.array([7, -1, 0, 7, 59])
    np.testing.assert_array_equal(streamed.sources(rows, 18), memory.sources(rows, 18))
    np.testing.assert_array_equal(streamed.targets(rows, 12), memory.targets(rows, 12))
    shown = [
        next(pair_batches(found, batch_tokens=64, seed=3).as_numpy_iterator())[1]
        for found in (streamed, memory)
    ]
    np.testing.assert_array_equal(*shown)
