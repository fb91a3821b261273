"""Data sets of TFDS by name: their builder, features and splits.

`tensorflow_datasets` is imported only when one is asked for.
"""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import numpy as np

from kerasapps.data.labels import Labels
from kerasapps.data.sources.split_names import split_named
from kerasapps.data.splits import SPLITS
from kerasapps.errors import DataError
from kerasapps.files.room import is_out_of_space
from kerasapps.process.quiet import import_whole_tensorflow, start_tensorflow
from kerasapps.process.training_stack import needing_training, require_training


def find_tfds(name: str) -> tuple[Any, Any]:
    """The module `tensorflow_datasets` and the builder of a data set by name.

    Raises:
        DataError: if TFDS has no such data set.
        DependencyError: if tensorflow-datasets is not installed.
    """
    require_training(f"tfds:{name}")
    start_tensorflow(import_whole_tensorflow)
    with needing_training(f"tfds:{name}"):
        import tensorflow_datasets as tfds
    try:
        with _tidied():
            return tfds, tfds.builder(name)
    except Exception as error:  # unknown names and bad configs: each its own exception
        raise DataError(f"TFDS cannot prepare {name!r}: {_first_line(error)}") from error


@contextmanager
def _tidied() -> Iterator[None]:
    """Removes what TFDS leaves in the temporary folder for each builder: what it was told of it."""
    from tensorflow_datasets.core import dataset_info

    before = dataset_info.tempfile
    with tempfile.TemporaryDirectory(prefix="kerasapps-") as folder:
        inside = functools.partial(tempfile.mkdtemp, dir=folder)
        dataset_info.tempfile = SimpleNamespace(mkdtemp=inside)
        try:
            yield
        finally:
            dataset_info.tempfile = before


def prepare_tfds(builder: Any, name: str) -> None:
    """Download and convert a TFDS data set unless it lies there.

    Raises:
        DataError: if that fails.
    """
    try:
        builder.download_and_prepare()
    except Exception as error:  # no network, a moved file: each its own exception
        if is_out_of_space(error):
            raise  # a download found the disk full
        raise DataError(f"TFDS cannot prepare {name!r}: {_first_line(error)}") from error


def tfds_features(tfds: Any, builder: Any, *, kind: Any, noun: str) -> tuple[str, str]:
    """The keys of the example and of its label.

    Args:
        tfds: the module.
        builder: of the data set.
        kind: class of the example's feature.
        noun: what an example is, for the message.

    Raises:
        DataError: if there is not one of each; it lists the features.
    """
    features = dict(builder.info.features)
    examples = [key for key, feature in features.items() if type(feature) is kind]
    labels = [key for key, each in features.items() if isinstance(each, tfds.features.ClassLabel)]
    labels = labels or [key for key, each in features.items() if _holds_labels(tfds, each)]
    wanted = builder.info.supervised_keys
    if wanted and len(wanted) == 2 and wanted[0] in examples and wanted[1] in features:
        return wanted[0], wanted[1]
    if len(examples) == 1 and len(labels) == 1:
        return examples[0], labels[0]
    raise DataError(
        f"TFDS data set {builder.name!r} has the features {', '.join(features)}: "
        f"expected one {noun} and one label"
    )


def _holds_labels(tfds: Any, feature: Any) -> bool:
    """Whether a feature is a sequence of class labels: a set of them an example."""
    return isinstance(getattr(feature, "feature", None), tfds.features.ClassLabel)


def tfds_label_names(tfds: Any, feature: Any) -> Callable[[Any], str]:
    """A function from a label of that feature to the name of its class."""
    if isinstance(feature, tfds.features.ClassLabel):
        return lambda value: str(feature.int2str(int(value)))
    labels = Labels()
    return lambda value: labels.name(_scalar(value, "an example"), what="an example")


def tfds_splits(builder: Any) -> dict[str, str | None]:
    """Which TFDS split becomes which of ours; of two names of one split the plain one counts."""
    names = list(builder.info.splits)
    plain = {name: split for name in names if name.isalpha() and (split := split_named(name))}
    chosen = {name: split for name, split in plain.items() if name == split or split not in names}
    if "train" in chosen.values():
        return dict(sorted(chosen.items(), key=lambda item: SPLITS.index(item[1])))
    return dict.fromkeys(names)


def _scalar(label: Any, what: str) -> object:
    """The one value of a label that may be an array of one.

    Raises:
        DataError: naming the example `what`, if there are more.
    """
    value = np.asarray(label)
    if value.size != 1:
        raise DataError(
            f"the label of {what} has shape {value.shape}: expected one whole number or string; "
            "map one-hot labels with tf.argmax"
        )
    return value.reshape(()).item()


def _first_line(error: Exception) -> str:
    lines = [line for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
