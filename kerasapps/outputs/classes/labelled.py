"""Examples whose answers are known, to judge a finished bundle on; no TensorFlow is imported."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kerasapps.config import ImageConfig, TextConfig, UnknownClasses
from kerasapps.data.examples import Splits
from kerasapps.data.images.labelled import load_labelled
from kerasapps.data.labels import clean_label, warn_alike
from kerasapps.data.texts.load import load_labelled_texts
from kerasapps.deploy.manifest import Manifest
from kerasapps.errors import DataError
from kerasapps.shortened import shortened
from kerasapps.terminal import tell
from kerasapps.workflow.options import Options, option_fields, options_of
from kerasapps.workflow.settings import are_paths, source_of
from kerasapps.workflow.trained_contents import knows_contents, rows_not_trained_on
from kerasapps.workflow.training_data import ReadExamples, read_pictures, read_texts, trained_on


@dataclass(frozen=True)
class Labelled:
    """Raw inputs, one label each.

    Attributes:
        inputs: picture files, or texts.
        labels: class names.
    """

    inputs: Sequence[Any]
    labels: Sequence[str]


def place_labels(
    labelled: Labelled, known: Sequence[str], *, unknown_classes: UnknownClasses
) -> tuple[list[Any], list[int]]:
    """The inputs whose classes a bundle knows, and the places of their classes among its labels.

    Args:
        labelled: the examples.
        known: the bundle's labels, in the order of its outputs.
        unknown_classes: what to do with examples of another class: "skip" leaves them out, and
            says so.

    Raises:
        DataError: for a class that the bundle does not know, or if nothing is left.
    """
    places = {clean_label(label)[0]: place for place, label in enumerate(known)}
    places |= {label: place for place, label in enumerate(known)}
    unknown = Counter(label for label in labelled.labels if label not in places)
    if unknown and unknown_classes == "error":
        listed = shortened([repr(label) for label in sorted(unknown)])
        near = warn_alike([*known, *unknown])
        hint = "".join(f" {line[0].upper()}{line[1:]}." for line in near if "differ" in line)
        raise DataError(
            f"the data has the class {listed}, which the bundle does not know; its labels are "
            f"{shortened(known)}.{hint} Set unknown_classes to skip to leave such examples out."
        )
    for label, count in sorted(unknown.items()):
        tell(f"Warning: the bundle does not know the class {label!r}: {count} examples left out.")
    pairs = zip(labelled.inputs, labelled.labels, strict=True)
    kept = [(each, places[label]) for each, label in pairs if label in places]
    if not kept:
        raise DataError(
            "the data holds no example of a class that the bundle knows; its labels are "
            f"{shortened(known)}"
        )
    return [each for each, _ in kept], [place for _, place in kept]


def held_out(
    manifest: Manifest,
    data: Any,
    read: ReadExamples,
    scratch: Path,
    *,
    options: Mapping[str, Any],
    max_broken: float,
) -> Splits[Any, Any] | None:
    """The splits of the training where `data` is what the bundle was trained on, else None.

    Args:
        manifest: of the bundle.
        data: any form that training takes.
        read: reads data of the bundle's task.
        scratch: where examples that are not files yet are written.
        options: how the data is to be read; where the training read it otherwise, it is other data.
        max_broken: share of unreadable examples that is skipped, if it is more than in training.
    """
    found_again = isinstance(data, str | os.PathLike) or are_paths(data)
    if not found_again or source_of(data) != manifest.data["source"]:
        return None
    if not _reads_so(options_of(manifest), options):
        return None
    splits = trained_on(manifest, data, scratch, read=read, max_broken=max_broken)
    if splits.judged_on == "test":
        tell("The bundle was trained on this data: what was held out for testing is judged.")
    else:
        tell("The bundle was trained on this data, and none of it was held out for testing.")
    if splits.fingerprint != manifest.data["fingerprint"]:
        left = "what was trained on is left out of what is judged."
        unknown = "some of what is judged may have been trained on."
        tell(f"The data has changed since: {left if knows_contents(manifest) else unknown}")
    return splits


def _reads_so(trained: Options, options: Mapping[str, Any]) -> bool:
    sections = option_fields(trained)
    return all(getattr(trained[sections[name]], name) == options[name] for name in options)


def labelled_pictures(
    manifest: Manifest,
    data: Any,
    *,
    options: Mapping[str, Any],
    max_broken: float,
    scratch: Path,
) -> Labelled:
    """The pictures of `data` that a bundle was not trained on, as far as that is known.

    Args:
        manifest: of the bundle.
        data: any form that training takes.
        options: may hold `image_column` and `label_column`.
        max_broken: share of unreadable pictures that is skipped before it is an error.
        scratch: where pictures that are not files yet are written.

    Raises:
        DataError: if the data cannot be used, or all of it was trained on.
    """
    splits = held_out(
        manifest, data, read_pictures, scratch, options=options, max_broken=max_broken
    )
    if splits is not None:
        test = splits.test
        return _not_trained_on(manifest, test.paths, _names(splits), test.contents, noun="pictures")
    pictures = load_labelled(
        data, max_broken=max_broken, work_dir=scratch, image=ImageConfig(**options), tell=tell
    )
    return _not_trained_on(
        manifest,
        [picture.entry.path for picture in pictures],
        [picture.entry.label for picture in pictures],
        np.array([picture.content for picture in pictures], np.uint64),
        noun="pictures",
    )


def labelled_texts(
    manifest: Manifest,
    data: Any,
    *,
    options: Mapping[str, Any],
    max_broken: float,
    scratch: Path,
) -> Labelled:
    """The texts of `data` that a bundle was not trained on; see `labelled_pictures`.

    `options` may hold `text_column` and `label_column`.
    """
    splits = held_out(manifest, data, read_texts, scratch, options=options, max_broken=max_broken)
    if splits is not None:
        test = splits.test
        return _not_trained_on(manifest, test.texts, _names(splits), test.contents, noun="texts")
    texts = load_labelled_texts(
        data, text=TextConfig(**options), max_broken=max_broken, work_dir=scratch, tell=tell
    )
    return _not_trained_on(manifest, texts.texts, texts.labels, texts.contents, noun="texts")


def _names(splits: Splits[Any, Any]) -> list[str]:
    """The class of each example of the test split."""
    return [splits.labels[number] for number in splits.test.labels]


def _not_trained_on(
    manifest: Manifest,
    inputs: Sequence[Any],
    labels: Sequence[str],
    contents: NDArray[np.uint64],
    *,
    noun: str,
) -> Labelled:
    rows = rows_not_trained_on(manifest, contents, noun=noun)
    return Labelled([inputs[row] for row in rows], [labels[row] for row in rows])
