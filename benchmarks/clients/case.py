"""One file of one bundle, what it is asked, and what `load_bundle` answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

import kerasapps
from benchmarks.clients.answers import Answer, Raw
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
        """What is read: picture, words, wordpieces, sentencepiece or rows."""
        return kind_of_input(self.manifest)

    @property
    def answers(self) -> str:
        """What is answered: classes, number or translation."""
        if self.reads == "sentencepiece":
            return "translation"
        return "classes" if self.labels else "number"

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

    @cached_property
    def inputs(self) -> tuple[Any, ...]:
        """What our own preprocessing makes of each example; of translators the ids of its text."""
        if self.answers == "translation":
            return tuple(self.loaded.tokenizer.encode_source(text) for text in self.examples)
        return tuple(self.loaded.reader.read(raw) for raw in self.examples)

    def only(self, suits: Callable[[Case, Raw], bool]) -> Case:
        """The same with the examples that suit."""
        return replace(self, examples=tuple(raw for raw in self.examples if suits(self, raw)))


def cases_of(name: str, folder: Path, examples: Sequence[Raw]) -> Iterator[Case]:
    """A case for each file of a bundle, and one for its Keras model."""
    names = [each["name"] for each in read_manifest(folder).artifacts if each["path"]]
    for artifact in (*names, KERAS):
        yield Case(name, folder, artifact, tuple(examples))


def kind_of_input(manifest: Manifest) -> str:
    """What a bundle reads: as it says itself, or, before schema 2, as its fields show."""
    if manifest.preprocessing:
        return str(manifest.preprocessing["kind"])
    fields: Mapping[str, Any] = manifest.input
    if "height" in fields:
        return "picture"
    if "columns" in fields:
        return "rows"
    return {"regex": "words", "wordpiece": "wordpieces"}.get(fields.get("kind"), "sentencepiece")


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
        _KNOWN[key] = _answer(case.answers, bundle, raw, beam)
    return _KNOWN[key]


def _answer(answers: str, bundle: Any, raw: Raw, beam: int | None) -> Answer:
    if answers == "translation":
        return str(bundle.predict(raw, beam=beam)[0].text)
    if answers == "number":
        return float(bundle.value(raw))
    return np.asarray(bundle.scores(raw), np.float32)
