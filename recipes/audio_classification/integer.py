"""The int8 file of a network on sounds, whatever it answers; the converter calls one of these."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kerasapps.config.targets import TargetKind
from kerasapps.export.integer_sounds import integer_sounds
from kerasapps.outputs.classes.integer import keeps_scores
from kerasapps.outputs.labels.integer import keeps_label_scores
from kerasapps.outputs.numbers.integer import keeps_numbers
from kerasapps.outputs.several.integer import SOUND_SEVERAL


def integer_classes(converter: Callable[[], Any], job: Mapping[str, Any]) -> bytes:
    """Of scores of classes (see `integer_sounds`)."""
    return integer_sounds(converter, job, alike=keeps_scores)


def integer_labels(converter: Callable[[], Any], job: Mapping[str, Any]) -> bytes:
    """Of scores of labels."""
    return integer_sounds(converter, job, alike=keeps_label_scores)


def integer_numbers(converter: Callable[[], Any], job: Mapping[str, Any]) -> bytes:
    """Of a number."""
    return integer_sounds(converter, job, alike=keeps_numbers)


INTEGER: Mapping[TargetKind, str] = {
    "class": f"{__name__}:integer_classes",
    "labels": f"{__name__}:integer_labels",
    "number": f"{__name__}:integer_numbers",
    "several": SOUND_SEVERAL,
}
"""What makes the int8 file, by what is answered; see `convert_network`."""
