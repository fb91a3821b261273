"""The sides of `input_pipeline.py pictures`; see `input_sides.py`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
from input_epochs import Epochs, all_of, endless

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
SAMPLE = 64


class Pictures:
    """Files of a folder of labels, and what is wanted of them."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.folder: Path = arguments.data[0]
        self.size: int = arguments.size
        self.batch: int = arguments.batch

    def files(self) -> tuple[list[Path], list[int], list[str]]:
        """All files, their class numbers, and the classes."""
        classes = sorted(each.name for each in self.folder.iterdir() if each.is_dir())
        files, labels = [], []
        for number, name in enumerate(classes):
            found = sorted((self.folder / name).iterdir())
            files += found
            labels += [number] * len(found)
        return files, labels, classes


class OurPictures(Pictures):
    """`decode_all`, then `training_batches`."""

    on_disk = True

    def __init__(self, arguments: argparse.Namespace) -> None:
        import kerasapps  # noqa: F401  (before TensorFlow, whose settings it makes)
        from kerasapps.preprocess import pipeline  # noqa: F401  (imports are before the clock)

        super().__init__(arguments)

    def start(self) -> Epochs:
        from kerasapps.preprocess.pipeline import steps_per_epoch, training_batches

        files, labels, classes = self.files()
        batches = training_batches(
            self._decoded(files, labels),
            labels,
            num_classes=len(classes),
            batch_size=self.batch,
            seed=0,
        )
        return endless(batches, steps_per_epoch(len(files), self.batch))

    def sample(self) -> np.ndarray:
        files, labels, _ = self.files()
        return np.asarray(self._decoded(files[:SAMPLE], labels[:SAMPLE])).astype(np.float32)

    def _decoded(self, files: list[Path], labels: list[int]) -> np.ndarray:
        from kerasapps.data.images.examples import PictureExamples
        from kerasapps.preprocess.cache import decode_all
        from kerasapps.preprocess.image import ImageSpec

        return decode_all(
            PictureExamples(tuple(files), tuple(labels)),
            ImageSpec(height=self.size, width=self.size, channels=3),
            budget_bytes=sys.maxsize if self.on_disk else 0,
            folder=Path(),
            name="train",
            on_disk=self.on_disk,
        )


class StreamedPictures(OurPictures):
    """Decoded for each batch anew, as with `--cache-mb 0 --no-disk-cache`."""

    on_disk = False


class KerasPictures(Pictures):
    """`image_dataset_from_directory`."""

    cached = False

    def __init__(self, arguments: argparse.Namespace) -> None:
        import keras  # noqa: F401

        super().__init__(arguments)

    def start(self) -> Epochs:
        import tensorflow as tf

        dataset = self._dataset(shuffle=True, seed=0)
        dataset = dataset.cache() if self.cached else dataset
        dataset = dataset.prefetch(tf.data.AUTOTUNE)
        return lambda: all_of(dataset)

    def sample(self) -> np.ndarray:
        batches = self._dataset(shuffle=False).unbatch().batch(SAMPLE)
        pictures: np.ndarray = next(iter(batches))[0].numpy()
        return pictures

    def _dataset(self, **options: Any) -> Any:
        import keras

        quiet, sys.stdout = sys.stdout, sys.stderr  # it says how many files it found
        try:
            return keras.utils.image_dataset_from_directory(
                self.folder,
                image_size=(self.size, self.size),
                batch_size=self.batch,
                label_mode="categorical",
                **options,
            )
        finally:
            sys.stdout = quiet


class CachedKerasPictures(KerasPictures):
    """The same with the batches kept in memory."""

    cached = True


class AntialiasedPictures(KerasPictures):
    """What a user of `tf.data` writes who wants a filter that averages."""

    def _dataset(self, **options: Any) -> Any:
        import tensorflow as tf

        files, labels, classes = self.files()

        def read(file: Any, label: Any) -> tuple[Any, Any]:
            pixels = tf.io.decode_image(tf.io.read_file(file), 3, expand_animations=False)
            pixels = tf.image.resize(pixels, (self.size, self.size), antialias=True)
            return pixels, tf.one_hot(label, len(classes))

        dataset = tf.data.Dataset.from_tensor_slices((list(map(str, files)), labels))
        if options["shuffle"]:
            dataset = dataset.shuffle(len(files), seed=0)
        return dataset.map(read, num_parallel_calls=tf.data.AUTOTUNE).batch(self.batch)


class _PillowFiles:
    """Pictures by number, as torchvision reads them: uint8 and a class number."""

    def __init__(self, files: list[Path], labels: list[int], size: int) -> None:
        self._files = list(map(str, files))
        self._labels = labels
        self._size = (size, size)

    def __len__(self) -> int:
        return len(self._files)

    def __getitem__(self, place: int) -> tuple[np.ndarray, int]:
        from PIL import Image

        with Image.open(self._files[place]) as picture:
            resized = picture.convert("RGB").resize(self._size, Image.Resampling.BILINEAR)
        return np.array(resized), self._labels[place]


class PillowPictures(Pictures):
    """Files that a library reads by number."""

    def source(self) -> _PillowFiles:
        files, labels, _ = self.files()
        return _PillowFiles(files, labels, self.size)

    def sample(self) -> np.ndarray:
        source = self.source()
        return np.stack([source[place][0] for place in range(min(SAMPLE, len(source)))]).astype(
            np.float32
        )


class TorchPictures(PillowPictures):
    """PyTorch's `DataLoader`."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        import torch.utils.data  # noqa: F401

        super().__init__(arguments)

    def start(self) -> Epochs:
        import torch

        loader = torch.utils.data.DataLoader(
            self.source(),
            batch_size=self.batch,
            shuffle=True,
            num_workers=CORES,
            persistent_workers=True,
        )
        return lambda: all_of((pictures.float(), labels) for pictures, labels in loader)


class GrainPictures(PillowPictures):
    """Grain's `MapDataset`, read in threads."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        import grain  # noqa: F401

        super().__init__(arguments)

    def start(self) -> Epochs:
        import grain

        source = self.source()
        dataset = grain.MapDataset.source(source).shuffle(seed=0).repeat(None)
        options = grain.ReadOptions(num_threads=CORES, prefetch_buffer_size=4 * self.batch)
        batches = dataset.to_iter_dataset(options).batch(self.batch)
        floats = batches.map(lambda each: (each[0].astype(np.float32), each[1]))
        return endless(floats, -(-len(source) // self.batch))
