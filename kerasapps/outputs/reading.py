"""How a task's raw examples become model inputs, whatever is answered to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import keras
import numpy as np
import tensorflow as tf

from kerasapps.data.splits import Splits
from kerasapps.evaluation.sections import Table
from kerasapps.evaluation.usage import Asked
from kerasapps.export.odd_inputs import OddInput
from kerasapps.model_inputs import RawInput
from kerasapps.workflow.samples import Sample


class InputReading(Protocol):
    """What there is to say of model inputs, whatever they are made of."""

    @property
    def summary(self) -> str:
        """The model's input in a few words."""

    @property
    def spec(self) -> Mapping[str, Any]:
        """The model's input for the manifest, as plain values."""

    def explained(self) -> Mapping[str, Any]:
        """What makes the model's input of a raw one, for programs of other people."""


class TellsInput:
    """What a judging says of its model inputs: what their reading says.

    Attributes:
        reading: how raw examples become model inputs.
    """

    reading: InputReading

    @property
    def summary(self) -> str:
        """The model's input in a few words."""
        return self.reading.summary

    @property
    def spec(self) -> Mapping[str, Any]:
        """The model's input for the manifest."""
        return self.reading.spec

    @property
    def preprocessing(self) -> Mapping[str, Any]:
        """What makes the model's input of a raw one."""
        return self.reading.explained()


class Reading(InputReading, Protocol):
    """How a task's raw examples become model inputs, and how they are shown."""

    @property
    def takes(self) -> Mapping[str, tf.DType | tf.TensorSpec]:
        """The SavedModel's arguments."""

    @property
    def integer(self) -> str:
        """What makes the int8 file; see `convert_network`."""

    @property
    def has_front_end(self) -> bool:
        """Whether that keeps the first part of a network on float32; see `integer_sounds`."""

    @property
    def refuses(self) -> bool:
        """Whether raw inputs may be refused, one by one."""

    def raw(self, examples: Any) -> Sequence[RawInput] | np.ndarray:
        """Examples before preprocessing; numbers that need none as one array, `(n, …)`."""

    def in_graph(self) -> Callable[..., Any]:
        """Makes the function from what the SavedModel takes to model inputs, in a graph.

        Where raw inputs may be refused, to these and to why each was; see `write_saved_model`.
        """

    def convertible(self, network: keras.Model) -> keras.Model:
        """The trained network in the form that converts to TFLite."""

    def odd_inputs(self) -> Sequence[OddInput]:
        """Raw inputs on which the SavedModel must see what training sees."""

    def audit(self, splits: Splits[Any]) -> list[Table]:
        """What was found in the data, as tables."""

    def asked(self, splits: Splits[Any]) -> Asked:
        """What a bundle is asked, as it is written."""

    def samples(self, examples: Any, rows: Sequence[int], folder: Path) -> Sequence[Sample]:
        """Some examples of a split, as they travel with a bundle; pictures go into its folder."""

    def write_files(self, folder: Path) -> None:
        """Writes what a phone needs beside the model."""


@dataclass(frozen=True, kw_only=True)
class ShownExample:
    """An example as a report shows it: a picture (PNG or JPEG bytes), a sound or a text.

    Attributes:
        picture: bytes of an encoded file.
        map: the picture again, bright where it spoke for what the report explains.
        text: what was read, cut where it is long.
        sound: FLAC bytes, beside a picture of it.
        source: where it is from, such as a file name.
    """

    picture: bytes | None = None
    map: bytes | None = None
    text: str | None = None
    sound: bytes | None = None
    source: str = ""


class ShowingReading(Reading, Protocol):
    """A reading whose examples can be shown in a report."""

    def shown(
        self, examples: Any, rows: Sequence[int], *, network: keras.Model, outputs: Sequence[int]
    ) -> Sequence[ShownExample]:
        """Some examples, each with what spoke for an output of a network where that can be shown.

        Args:
            examples: of a split.
            rows: of these.
            network: from model inputs to logits or numbers, `(batch, outputs)`.
            outputs: for each row the place of one of them.
        """
