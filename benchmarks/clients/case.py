"""One file of one bundle, what it is asked, and what `load_bundle` answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np

import kerasapps
from benchmarks.clients.answers import Answer, Raw
from benchmarks.clients.reading import (
    answer_of,
    expected_answer,
    inputs_of,
    kind_of_answer,
    kind_of_input,
)
from kerasapps.deploy.manifest import KERAS_FILE, Manifest, read_manifest

TFLITE = ("float32", "float16", "dynamic", "int8")
KERAS = "keras"
WITHOUT_FILE = "float32"
"""By what answers are compared that no TFLite file gives: this one's."""


@dataclass(frozen=True, eq=False)
class Case:
    """A file and its examples.

    Attributes:
        bundle: its name in the table.
        folder: where it lies.
        artifact: name of the file in `bundle.json`, or `keras`.
        examples: what is asked.
        other: a file to be run in the place of the bundle's.
    """

    bundle: str
    folder: Path
    artifact: str
    examples: tuple[Raw, ...]
    other: Path | None = None

    @property
    def manifest(self) -> Manifest:
        """Of the bundle."""
        return _manifest(self.folder)

    @property
    def file(self) -> Path:
        """The file, or the folder of a SavedModel."""
        if self.other is not None:
            return self.other
        if self.artifact == KERAS:
            return self.folder / KERAS_FILE
        return self.folder / str(self.manifest.artifact(self.artifact)["path"])

    @property
    def is_compared(self) -> bool:
        """Whether there is a TFLite file by whose answers it is judged."""
        names = [each["name"] for each in self.manifest.artifacts if each["path"]]
        return self.is_tflite or WITHOUT_FILE in names

    @property
    def labels(self) -> tuple[str, ...]:
        """In the order of the scores; none where no class is answered."""
        return self.manifest.labels

    @property
    def is_tflite(self) -> bool:
        """Whether a LiteRT runtime takes it."""
        return self.artifact in TFLITE

    @property
    def reads(self) -> str:
        """What is read; see `config.kinds`."""
        return kind_of_input(self.manifest)

    @property
    def answers(self) -> str:
        """What is answered; see `config.kinds`."""
        return kind_of_answer(self.manifest)

    @property
    def loaded(self) -> Any:
        """The bundle as `load_bundle` gives it, with this file, or with one that is compared."""
        return _loaded(self.folder, self.artifact if self.is_tflite else WITHOUT_FILE)

    def expected(self, *, beam: int | None = None) -> tuple[Answer, ...]:
        """What `load_bundle` answers.

        Args:
            beam: of a translator; None: the bundle's own.
        """
        return tuple(_expected(self, index, beam) for index in range(len(self.examples)))

    @property
    def inputs(self) -> tuple[Any, ...]:
        """What our own preprocessing makes of the examples; of translators the ids of each text.

        Long sounds and texts with tags are several inputs, one behind another.
        """
        return tuple(chain.from_iterable(self._inputs))

    @cached_property
    def _inputs(self) -> tuple[Sequence[Any], ...]:
        return tuple(inputs_of(self.loaded, raw) for raw in self.examples)

    def answered(self, outputs: Iterable[np.ndarray]) -> list[Answer]:
        """The answers to the examples.

        Args:
            outputs: what a file gives for each of `inputs`, without the batch.
        """
        given = iter(outputs)
        pairs = zip(self.examples, self._inputs, strict=True)
        return [answer_of(self.loaded, raw, [*islice(given, len(some))]) for raw, some in pairs]

    def only(self, suits: Callable[[Case, Raw], bool]) -> Case:
        """The same with the examples that suit."""
        return replace(self, examples=tuple(raw for raw in self.examples if suits(self, raw)))


def cases_of(name: str, folder: Path, examples: Sequence[Raw]) -> Iterator[Case]:
    """A case for each file of a bundle, and one for its Keras model."""
    names = [each["name"] for each in read_manifest(folder).artifacts if each["path"]]
    for artifact in (*names, KERAS):
        yield Case(name, folder, artifact, tuple(examples))


@lru_cache(maxsize=64)
def _manifest(folder: Path) -> Manifest:
    return read_manifest(folder)


@lru_cache(maxsize=64)
def _loaded(folder: Path, artifact: str) -> Any:
    return kerasapps.load_bundle(folder, artifact=artifact)


_KNOWN: dict[tuple[Any, ...], Answer] = {}


def _expected(case: Case, index: int, beam: int | None) -> Answer:
    raw, bundle = case.examples[index], case.loaded
    said = tuple(sorted(raw.items())) if isinstance(raw, Mapping) else raw
    key = (case.folder, bundle.artifact, beam, said)
    if key not in _KNOWN:
        _KNOWN[key] = expected_answer(bundle, raw, beam)
    return _KNOWN[key]
