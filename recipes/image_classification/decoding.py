"""Pictures of all splits as pixels: those of training several times, as apps may prepare them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from math import prod
from pathlib import Path

import numpy as np
import tensorflow as tf

from kerasapps.config import ImageConfig, LoadConfig
from kerasapps.data.images.examples import ImageSplits, PictureExamples
from kerasapps.data.splits import SPLITS
from kerasapps.preprocess.augmentation import resolve_augmentation
from kerasapps.preprocess.cache import decode_all, decode_variants
from kerasapps.preprocess.image import ImageSpec, is_reduced
from kerasapps.preprocess.picture_rows import StreamedVariants, stream_pictures
from kerasapps.preprocess.pipeline import training_batches
from kerasapps.preprocess.service import ServedPictures
from kerasapps.preprocess.variation import Variation, suitable_variants
from kerasapps.streamed import as_array
from kerasapps.terminal.streams import tell
from kerasapps.workflow.cache import MIB, Cache
from kerasapps.workflow.experiment import SplitInputs, read_inputs


@dataclass(frozen=True)
class Decoded:
    """The splits as pixels.

    Attributes:
        inputs: each split, uint8 `(n, height, width, channels)`.
        variants: uint8 `(variants, n, height, width, channels)` of the training pictures, of which
            `inputs.train` is the first; None where there is no other.
    """

    inputs: SplitInputs[np.ndarray]
    variants: np.ndarray | None = None


def choose_variation(
    image: ImageConfig, spec: ImageSpec, splits: ImageSplits, *, seed: int
) -> Variation | None:
    """How the training pictures vary; None where they do not.

    Where the usual picture is not reduced there is no filter to draw, and JPEG, which is hard on
    small pictures, comes only if it was asked for.

    Args:
        image: what was asked for.
        spec: what the model takes.
        splits: the pictures.
        seed: of the draws.
    """
    augmentation, sizes = resolve_augmentation(image), splits.audit["sizes"]
    reduced = is_reduced((sizes.width[1], sizes.height[1]), spec)
    variation = Variation(
        resampling=augmentation.resampling and reduced,
        jpeg=augmentation.jpeg if reduced or image.jpeg is not None else 0,
        seed=seed,
    )
    return variation if variation.resampling or variation.jpeg else None


def decode_splits(
    splits: ImageSplits,
    spec: ImageSpec,
    *,
    variation: Variation | None,
    load: LoadConfig,
    cache: Cache,
    train_once: bool = False,
    served: bool = False,
) -> Decoded:
    """Decodes every picture once; in memory while `load.cache_mb` lasts, else on disk.

    There are as many variants as have room in that memory, whether or not it is used. With
    `load.disk_cache` False, what has no room is decoded again for every batch.

    Args:
        splits: the pictures.
        spec: what the model takes.
        variation: how training pictures vary.
        load: how much memory may be taken.
        cache: where pixels are kept.
        train_once: leave out all variants but the first, for who does not train.
        served: whether training pictures come from elsewhere; these are then decoded when they are
            asked for.
    """
    count = suitable_variants(
        [len(getattr(splits, name)) for name in SPLITS],
        picture_bytes=prod(spec.shape),
        memory_bytes=load.cache_mb * MIB,
    )
    memory, variants = cache.memory_bytes(load.cache_mb), None
    variation = None if served else variation
    if variation is not None and not load.on_disk:
        room = count * len(splits.train) * prod(spec.shape)
        if count == 1 or room > memory:
            return _streamed(splits, spec, variation=variation, memory=memory)
    if variation is not None and not (train_once and count > 1):
        variants = _drawn(splits, spec, variation, count=count, memory=memory, cache=cache)
        memory -= 0 if isinstance(variants, np.memmap) else variants[1:].nbytes

    with cache.place("decoded", spec.to_dict()) as folder:

        def decode(examples: PictureExamples, name: str, budget: int) -> np.ndarray:
            if variants is not None and examples is splits.train:
                first: np.ndarray = variants[0]
                return first
            if served and examples is splits.train:
                return as_array(stream_pictures(examples.paths, spec))
            return decode_all(
                examples,
                spec,
                budget_bytes=budget,
                folder=folder,
                name=name,
                on_disk=load.on_disk,
            )

        inputs = read_inputs(splits, decode, memory_bytes=memory)
    return Decoded(inputs, variants if variants is not None and len(variants) > 1 else None)


def _drawn(
    splits: ImageSplits,
    spec: ImageSpec,
    variation: Variation,
    *,
    count: int,
    memory: int,
    cache: Cache,
) -> np.ndarray:
    """So many variants of the training pictures, uint8 `(count, n, height, width, channels)`."""
    content = {**spec.to_dict(), **asdict(variation), "count": count}
    with cache.place("variants", content) as folder:
        return decode_variants(
            splits.train,
            spec,
            variation=variation,
            count=count,
            budget_bytes=memory,
            folder=folder,
            name="train",
        )


def _streamed(
    splits: ImageSplits, spec: ImageSpec, *, variation: Variation, memory: int
) -> Decoded:
    """The training pictures vary and are decoded for every batch; what others have room stay."""
    train = stream_pictures(splits.train.paths, spec)

    def decode(examples: PictureExamples, name: str, budget: int) -> np.ndarray:
        if examples is splits.train:
            return as_array(train)
        return decode_all(
            examples, spec, budget_bytes=budget, folder=Path(), name=name, on_disk=False
        )

    count = suitable_variants(
        [len(splits.train)], picture_bytes=prod(spec.shape), memory_bytes=sys.maxsize
    )
    variants = as_array(StreamedVariants(train, variation, count=count))
    return Decoded(read_inputs(splits, decode, memory_bytes=memory), variants)


def read_by(
    image: ImageConfig, splits: ImageSplits, spec: ImageSpec
) -> Callable[..., tf.data.Dataset]:
    """What makes the training batches: this machine, or the data service that was named."""
    if image.data_service is None:
        return training_batches
    tell(
        f"The data service at {image.data_service} reads the training pictures, in no fixed order: "
        "a run that goes on is not the same to the bit. Filters and JPEG do not vary "
        "(resampling, jpeg)."
    )
    return ServedPictures(image.data_service, splits.train.paths, spec)
