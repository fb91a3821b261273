"""The two tasks on which `search_efficiency.py` compares searches: data, space and network."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

TRAINING = 2000  # examples
VALIDATION = 2000  # of them the score is a share; all are from files named train
SIDE = 16  # pixels
VOCABULARY = 5000
LENGTH = 32  # tokens

Arrays = Mapping[str, np.ndarray]
"""`x`, `y`, `val_x`, `val_y`."""


@dataclass(frozen=True)
class Range:
    """A number to choose, from `low` to `high`."""

    name: str
    low: float
    high: float
    default: float
    log: bool = False


@dataclass(frozen=True)
class Choice:
    """One of several numbers."""

    name: str
    options: tuple[float, ...]
    default: float


Space = Sequence[Range | Choice]


@dataclass(frozen=True)
class Task:
    """What is learnt.

    Attributes:
        space: what is searched.
        prepare: from the folder of all data sets to arrays.
        network: from arrays and values to an uncompiled model from `x` to logits.
    """

    space: Space
    prepare: Callable[[Path], Arrays]
    network: Callable[[Arrays, Mapping[str, Any]], Any]


def picture_arrays(data: Path) -> Arrays:
    """CIFAR-10's first pictures of each class, halved in size: float32, 0 to 255."""
    from PIL import Image

    folders = sorted(path for path in (data / "cifar10" / "train").iterdir() if path.is_dir())
    each = (TRAINING + VALIDATION) // len(folders)
    pictures, labels = [], []
    for label, folder in enumerate(folders):
        for path in sorted(folder.glob("*.jpg"))[:each]:
            with Image.open(path) as picture:
                small = picture.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BOX)
            pictures.append(np.asarray(small, dtype=np.float32))
            labels.append(label)
    return divide(np.stack(pictures), np.asarray(labels, dtype=np.int32))


def text_arrays(data: Path) -> Arrays:
    """Token ids of SST-2's training file, int32, padded with 0; words are learnt of `x` alone."""
    from kerasapps.preprocess.tokenizers import learn_tokenizer

    lines = (data / "sst2" / "train.tsv").read_text(encoding="utf-8").splitlines()
    rows = np.asarray([line.rsplit("\t", 1) for line in lines], dtype=object)
    raw = divide(rows[:, 0], rows[:, 1].astype(np.int32))
    tokenizer = learn_tokenizer(
        list(raw["x"]),
        kind="regex",
        vocab_size=VOCABULARY,
        min_count=2,
        lowercase=True,
        max_length=LENGTH,
    )
    encoded = {
        name: np.stack([tokenizer.encode(text) for text in raw[name]]) for name in ("x", "val_x")
    }
    return {**raw, **encoded}


def divide(examples: np.ndarray, labels: np.ndarray) -> Arrays:
    """Shuffled once, the same for all, and cut in two.

    Raises:
        ValueError: if there are too few examples for both parts.
    """
    if len(examples) < TRAINING + VALIDATION:
        raise ValueError(f"{TRAINING + VALIDATION} examples are needed, got {len(examples)}.")
    order = np.random.default_rng(0).permutation(len(examples))
    train, validation = order[:TRAINING], order[TRAINING : TRAINING + VALIDATION]
    return {
        "x": examples[train],
        "y": labels[train],
        "val_x": examples[validation],
        "val_y": labels[validation],
    }


def picture_network(arrays: Arrays, values: Mapping[str, Any]) -> Any:
    """Two convolutions that halve the picture, then the head."""
    import keras

    inputs = keras.Input(arrays["x"].shape[1:])
    x = keras.layers.Rescaling(1 / 64, offset=-2)(inputs)
    for filters in (values["units"], 2 * values["units"]):
        x = keras.layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu")(x)
    x = keras.layers.Dropout(values["dropout"])(keras.layers.Flatten()(x))
    return keras.Model(inputs, keras.layers.Dense(classes(arrays))(x))


def text_network(arrays: Arrays, values: Mapping[str, Any]) -> Any:
    """The mean of the words' vectors, a hidden layer, then the head."""
    import keras

    ids = keras.Input(arrays["x"].shape[1:], dtype="int32")
    x = keras.layers.Embedding(VOCABULARY, values["units"], mask_zero=True)(ids)
    x = keras.layers.GlobalAveragePooling1D()(x)
    x = keras.layers.Dense(values["units"], activation="relu")(x)
    x = keras.layers.Dropout(values["dropout"])(x)
    return keras.Model(ids, keras.layers.Dense(classes(arrays))(x))


def classes(arrays: Arrays) -> int:
    """Different labels."""
    return int(arrays["y"].max()) + 1


TASKS: Mapping[str, Task] = {
    "CIFAR-10": Task(
        (
            Range("learning_rate", 1e-4, 1e-1, 1e-3, log=True),
            Range("dropout", 0.0, 0.7, 0.3),
            Choice("units", (4, 8, 16), 8),
            Choice("batch_size", (64, 128, 256), 128),
        ),
        picture_arrays,
        picture_network,
    ),
    "SST-2": Task(
        (
            Range("learning_rate", 1e-4, 1e-1, 1e-3, log=True),
            Range("dropout", 0.0, 0.7, 0.3),
            Choice("units", (8, 16, 32), 16),
            Choice("batch_size", (64, 128, 256), 128),
        ),
        text_arrays,
        text_network,
    ),
}
"""Learning rates begin at Adam's usual 0.001, other values in the middle."""


def defaults(space: Space) -> dict[str, Any]:
    """The configuration as it is when nobody searches."""
    return {each.name: each.default for each in space}


def declare(space: Space, hp: Any) -> dict[str, Any]:
    """The space in keras-tuner's words; returns the values that `hp` has for it."""
    values = {}
    for each in space:
        if isinstance(each, Choice):
            values[each.name] = hp.Choice(each.name, list(each.options), default=each.default)
        else:
            sampling = "log" if each.log else "linear"
            values[each.name] = hp.Float(
                each.name, each.low, each.high, sampling=sampling, default=each.default
            )
    return values
