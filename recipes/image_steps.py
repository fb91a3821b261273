"""Steps of the image recipe: pictures to arrays, options to a network, results to documents."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from kerasapps import models
from kerasapps.config import ImageConfig, LoadConfig, ModelConfig, TrainConfig
from kerasapps.data.examples import Examples, Splits
from kerasapps.evaluation.metrics import ClassificationMetrics, classification_metrics
from kerasapps.export.verify import HeldOut
from kerasapps.preprocess.augment import resolve_augmentation
from kerasapps.preprocess.cache import decode_all
from kerasapps.preprocess.image import ImageSpec, choose_image_size
from kerasapps.preprocess.pipeline import evaluation_batches, steps_per_epoch, training_batches

from .steps import choose_batch_size, resolve_class_weights

PRESET_EPOCHS = 10


@dataclass(frozen=True)
class Pictures:
    """The splits as model inputs: uint8 `(n, height, width, channels)` each."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


@dataclass(frozen=True)
class Batches:
    """The splits as batches for training and validation."""

    training: Callable[[int], tf.data.Dataset]
    validation: tf.data.Dataset
    steps_per_epoch: int


def choose_image_spec(config: ImageConfig, model: ModelConfig, splits: Splits) -> ImageSpec:
    """The size asked for, else the pretrained backbone's own, else one that suits the data."""
    size = config.image_size
    if size is None and model.model.startswith(models.PRESET_PREFIX):
        size = models.preset_image_size(model.model.removeprefix(models.PRESET_PREFIX))
    size = size or choose_image_size(splits.audit)
    return ImageSpec(height=size, width=size, channels=config.channels, resize=config.resize)


def decode_splits(splits: Splits, spec: ImageSpec, *, config: LoadConfig, folder: Path) -> Pictures:
    """Decodes each split once; in memory while `config.cache_mb` lasts, else on disk."""
    left = config.cache_mb * 2**20

    def decode(examples: Examples, name: str) -> np.ndarray:
        nonlocal left
        array = decode_all(examples, spec, budget_bytes=left, folder=folder, name=name)
        left -= 0 if isinstance(array, np.memmap) else array.nbytes
        return array

    return Pictures(
        train=decode(splits.train, "train"),
        validation=decode(splits.validation, "validation"),
        test=decode(splits.test, "test"),
    )


def plan_training(train: TrainConfig, model: ModelConfig) -> tuple[TrainConfig, models.Family, int]:
    """The options with the model's own rate where none was asked for, its family and epochs."""
    if model.model.startswith(models.PRESET_PREFIX):
        return train, "conv", PRESET_EPOCHS
    entry = models.find_image_model(model.model)
    if train.learning_rate is None and train.optimizer in ("adam", "adamw"):
        train = dataclasses.replace(train, learning_rate=entry.learning_rate)
    return train, entry.family, entry.epochs


def network_builder(
    model: ModelConfig, spec: ImageSpec, labels: tuple[str, ...], train: TrainConfig
) -> Callable[[], keras.Model]:
    """A function that builds the network, each time with fresh weights."""
    return functools.partial(
        models.build_image_model,
        model,
        input_shape=spec.shape,
        num_classes=len(labels),
        dropout=train.dropout,
    )


def make_batches(
    pictures: Pictures, splits: Splits, *, image: ImageConfig, train: TrainConfig
) -> Batches:
    """Augmented endless training batches and plain validation batches."""
    classes = len(splits.labels)
    size = choose_batch_size(
        train, len(splits.train), values=int(np.prod(pictures.train.shape[1:]))
    )

    def training(first_epoch: int) -> tf.data.Dataset:
        return training_batches(
            pictures.train,
            splits.train.labels,
            num_classes=classes,
            batch_size=size,
            augmentation=resolve_augmentation(image),
            seed=train.seed,
            first_epoch=first_epoch,
            class_weights=resolve_class_weights(train, splits.labels, splits.train.labels),
        )

    return Batches(
        training=training,
        validation=evaluation_batches(
            pictures.validation, splits.validation.labels, num_classes=classes, batch_size=size
        ),
        steps_per_epoch=steps_per_epoch(len(splits.train), size),
    )


def calibration_pictures(pictures: np.ndarray, count: int, *, seed: int) -> np.ndarray:
    """`count` training pictures drawn at random; all of them where there are fewer."""
    rows = np.random.default_rng(seed).permutation(len(pictures))[:count]
    return np.asarray(pictures[np.sort(rows)])


def hold_out(
    pictures: np.ndarray, examples: Examples, labels: tuple[str, ...], probabilities: np.ndarray
) -> HeldOut:
    """The test split for the gate, with accuracy as its metric."""
    truth = np.asarray(examples.labels)
    return HeldOut(
        inputs=pictures,
        files=examples.paths,
        labels=labels,
        reference=probabilities,
        metric=lambda scores: float(np.mean(scores.argmax(1) == truth)),
    )


def judge(
    examples: Examples, probabilities: np.ndarray, labels: tuple[str, ...]
) -> ClassificationMetrics:
    """All figures of a classifier on one split."""
    return classification_metrics(np.asarray(examples.labels), probabilities, names=labels)
