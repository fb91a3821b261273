"""What passes from step to step of a recipe; all that two recipes differ in is in here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasapps.config import ModelConfig, TrainConfig
from kerasapps.data.examples import Splits
from kerasapps.evaluation.metrics import ClassificationMetrics
from kerasapps.evaluation.report import AuditSection, ShownMistake
from kerasapps.training.runtime import Family


@dataclass(frozen=True)
class Inputs:
    """The splits as model inputs, one row an example.

    Attributes:
        train: pictures, uint8 `(n, height, width, channels)`, or token ids, int32 `(n, length)`.
        validation: the same.
        test: the same.
    """

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


@dataclass(frozen=True)
class Batches:
    """The splits as batches for training and validation."""

    training: Callable[[int], tf.data.Dataset]
    validation: tf.data.Dataset
    steps_per_epoch: int


@dataclass(frozen=True)
class Plan:
    """The options of a run, with what the model suggests where the user left a choice open.

    Attributes:
        model: which architecture.
        train: how it is trained.
        family: what most of its arithmetic is.
        epochs: passes over the training split, where `train` sets neither epochs nor a budget.
    """

    model: ModelConfig
    train: TrainConfig
    family: Family
    epochs: int


@dataclass(frozen=True)
class Prepared:
    """A data set ready for training, export and report.

    Attributes:
        splits: the audited examples.
        inputs: the same as arrays.
        summary: the model's input in a few words.
        spec: the model's input for the manifest, as plain values.
        input_name: name of the SavedModel's argument.
        raw_test: the test split before preprocessing: encoded files, or texts.
        preprocess: makes the function from raw strings `(batch,)` to model inputs, in a graph.
        convertible: the trained network → the same in the form that converts to TFLite.
        audit: what was found in the data.
        mistakes: the network and its probabilities on the test split → its worst mistakes.
        write_files: writes what a phone needs beside the model and the labels into a folder.
    """

    splits: Splits[Any, Any]
    inputs: Inputs
    summary: str
    spec: Mapping[str, Any]
    input_name: str
    raw_test: Sequence[Path] | Sequence[str]
    preprocess: Callable[[], Callable[[Any], Any]]
    convertible: Callable[[keras.Model], keras.Model]
    audit: Callable[[], list[AuditSection]]
    mistakes: Callable[[keras.Model, np.ndarray], list[ShownMistake]]
    write_files: Callable[[Path], object]


@dataclass(frozen=True)
class Judged:
    """The trained network and its answers on the test split.

    Attributes:
        network: from model inputs to logits, float32.
        probabilities: its own on the test split, `(n, num_classes)`.
        metrics: figures of the same.
    """

    network: keras.Model
    probabilities: np.ndarray
    metrics: ClassificationMetrics
