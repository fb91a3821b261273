"""What each side of `input_pipeline.py` does: a process reads "turn" lines and answers with speeds.

All sides give batches of the same size, in another order each epoch, of the same numbers:

- Pictures: float32 `(batch, size, size, 3)` of 0 to 255, resized in each library's usual way, and
  class numbers. `ours`: `decode_all` and `training_batches`, without changes at random.
  `keras`: `image_dataset_from_directory`, as it is, with a prefetch. `torch`: a `DataLoader` with a
  process a core that stay, over Pillow's `open`, `convert` and `resize` (what torchvision does);
  bytes are sent, which is quicker, and made floats at the end. `grain`: a `MapDataset` over the
  same lines of Pillow, in its read threads. Keras' filter does not average what it leaves out,
  Pillow's does, which is most of the work of resizing: `tf.data, antialiased` is Keras' way with
  that filter in TensorFlow. `keras, cached` has a `cache()` behind it, in memory: an epoch is the
  same batches again. `ours, streamed` is `--cache-mb 0 --no-disk-cache`.
- Texts: ids of a vocabulary of 20,000 words, int32 `(batch, ids)`, at most 256, and class numbers.
  `ours`: the `regex` tokenizer, `encode_texts` and `training_batches`, trimmed to the longest of
  the batch. `tf.data`: shuffled, batched, a `TextVectorization` with its defaults mapped over the
  batches on all cores, trimmed by itself, and a prefetch.
- Pairs: sources and targets in pieces of one vocabulary of 8,000, int32, batches of texts of like
  length. `ours`: `encode_pairs` and `pair_batches`. `tf.data`: tensorflow_text's
  `SentencepieceTokenizer` with the same model in a map on all cores, shuffled, and
  `bucket_by_sequence_length` with bounds for each 8 pieces, as many pieces a batch as ours. The
  `cached` ones keep what the map gave in memory.

Vocabularies are learned before the clock starts, on every side.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from input_epochs import turn
from input_pictures import (
    AntialiasedPictures,
    CachedKerasPictures,
    GrainPictures,
    KerasPictures,
    OurPictures,
    StreamedPictures,
    TorchPictures,
)
from input_texts import CachedTfPairs, CachedTfTexts, OurPairs, OurTexts, TfPairs, TfTexts

SIDES: dict[tuple[str, str], Callable[[argparse.Namespace], Any]] = {
    ("pictures", "ours"): OurPictures,
    ("pictures", "ours, streamed"): StreamedPictures,
    ("pictures", "keras"): KerasPictures,
    ("pictures", "keras, cached"): CachedKerasPictures,
    ("pictures", "tf.data, antialiased"): AntialiasedPictures,
    ("pictures", "torch"): TorchPictures,
    ("pictures", "grain"): GrainPictures,
    ("texts", "ours"): OurTexts,
    ("texts", "tf.data"): TfTexts,
    ("texts", "tf.data, cached"): CachedTfTexts,
    ("pairs", "ours"): OurPairs,
    ("pairs", "tf.data"): TfPairs,
    ("pairs", "tf.data, cached"): CachedTfPairs,
}


def main() -> None:
    arguments = parse()
    side = SIDES[arguments.kind, arguments.side](arguments)
    for line in sys.stdin:
        command, *rest = line.rstrip().split(maxsplit=1)
        answer = []
        if command == "turn":
            answer = turn(side, arguments.later)
        else:
            np.save(rest[0], side.sample())
        print(json.dumps(answer), flush=True)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind")
    parser.add_argument("side")
    parser.add_argument("--data", nargs="+", type=Path, required=True)
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--batch", type=int, required=True)
    parser.add_argument("--limit", type=int, required=True)
    parser.add_argument("--later", type=int, required=True)
    return parser.parse_args()


if __name__ == "__main__":
    main()
