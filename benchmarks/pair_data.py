"""What both sides of `train_vs_torch.py` train on: random numbers of the usual shapes."""

from __future__ import annotations

from typing import Any

import numpy as np

BATCHES = 8
PICTURE_BATCH = 128
SHIFT = 2  # pixels
TEXT_BATCH, TEXT_LENGTH, WORDS = 32, 32, 30522
PAIR_BATCH, SOURCE_LENGTH, TARGET_LENGTH, VOCABULARY = 128, 16, 16, 8000  # 2048 target pieces
EXAMPLES = {"fast_resnet": PICTURE_BATCH, "minilm": TEXT_BATCH, "transformer": PAIR_BATCH}
"""Examples a step."""


def pictures() -> tuple[Any, Any]:
    """uint8 `(n, 32, 32, 3)` and labels int64 `(n,)`."""
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (BATCHES * PICTURE_BATCH, 32, 32, 3), dtype=np.uint8)
    return images, random.integers(0, 10, len(images))


def texts() -> tuple[Any, Any]:
    """Padded ids, int32 `(batches, batch, length)`, and labels int64 `(batches, batch)`."""
    random = np.random.default_rng(0)
    ids = _padded(random, (BATCHES, TEXT_BATCH, TEXT_LENGTH), WORDS)
    return ids, random.integers(0, 2, (BATCHES, TEXT_BATCH))


def sentences() -> tuple[Any, Any, Any]:
    """Source, target behind a start mark and target, each int32 `(batches, batch, length)`."""
    random = np.random.default_rng(0)
    source = _padded(random, (BATCHES, PAIR_BATCH, SOURCE_LENGTH), VOCABULARY)
    target = _padded(random, (BATCHES, PAIR_BATCH, TARGET_LENGTH), VOCABULARY)
    before = np.concatenate([np.full_like(target[..., :1], 2), target[..., :-1]], axis=-1)
    return source, np.where(target == 0, 0, before).astype(np.int32), target


def _padded(random: Any, shape: tuple[int, ...], vocabulary: int) -> Any:
    """Ids above the special ones; rows end in padding after half of their length or later."""
    ids = random.integers(4, vocabulary, shape, dtype=np.int32)
    lengths = random.integers(shape[-1] // 2, shape[-1] + 1, (*shape[:-1], 1))
    return np.where(np.arange(shape[-1]) < lengths, ids, 0).astype(np.int32)
