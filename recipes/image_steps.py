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
from kerasapps.config import ExportConfig, ImageConfig, LoadConfig, ModelConfig, TrainConfig
from kerasapps.data.examples import Examples, Splits
from kerasapps.evaluation.metrics import ClassificationMetrics, classification_metrics
from kerasapps.export.artifact import Artifact
from kerasapps.export.verify import HeldOut
from kerasapps.preprocess.augment import resolve_augmentation
from kerasapps.preprocess.cache import decode_all
from kerasapps.preprocess.image import ImageSpec, choose_image_size
from kerasapps.preprocess.image_graph import decode_batch
from kerasapps.preprocess.pipeline import evaluation_batches, steps_per_epoch, training_batches

from .steps import choose_batch_size, export_and_verify, resolve_class_weights

# A new head learns fast; the backbone then gets `fine_tune_rate` of this.
PRESET_RATE = 3e-3
PRESET_EPOCHS = 5


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
    rate, family, epochs = _suggested_training(model)
    if train.learning_rate is None and train.optimizer in ("adam", "adamw"):
        train = dataclasses.replace(train, learning_rate=rate)
    return train, family, epochs


def _suggested_training(model: ModelConfig) -> tuple[float | None, models.Family, int]:
    if model.model.startswith(models.PRESET_PREFIX):
        return PRESET_RATE, "conv", PRESET_EPOCHS
    entry = models.find_image_model(model.model)
    return entry.learning_rate, entry.family, entry.epochs


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


def export_pictures(
    network: keras.Model,
    pictures: Pictures,
    splits: Splits,
    *,
    spec: ImageSpec,
    probabilities: np.ndarray,
    config: ExportConfig,
    seed: int,
    folder: Path,
) -> tuple[Artifact, ...]:
    """Every file asked for, judged on the test pictures; those that failed are withheld.

    Args:
        network: from pictures to logits, float32.
        pictures: the decoded splits.
        splits: the same with their labels and files.
        spec: what the network takes.
        probabilities: the network's own on the test pictures.
        config: which files, and the tolerance.
        seed: of the choice of calibration pictures.
        folder: scratch space; emptied first.
    """
    truth = np.asarray(splits.test.labels)
    return export_and_verify(
        network,
        config=config,
        calibration=sample_pictures(pictures.train, config.calibration, seed=seed),
        preprocess=lambda encoded: decode_batch(encoded, spec),
        input_name="image",
        held_out=HeldOut(
            inputs=pictures.test,
            files=splits.test.paths,
            labels=splits.labels,
            reference=probabilities,
            metric=lambda scores: float(np.mean(scores.argmax(1) == truth)),
        ),
        folder=folder,
    )


def sample_pictures(pictures: np.ndarray, count: int, *, seed: int) -> np.ndarray:
    """`count` pictures drawn at random; all of them where there are fewer."""
    rows = np.random.default_rng(seed).permutation(len(pictures))[:count]
    return np.asarray(pictures[np.sort(rows)])


def judge(
    examples: Examples, probabilities: np.ndarray, labels: tuple[str, ...]
) -> ClassificationMetrics:
    """All figures of a classifier on one split."""
    return classification_metrics(np.asarray(examples.labels), probabilities, names=labels)
