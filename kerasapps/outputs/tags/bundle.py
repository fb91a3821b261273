"""A bundle that marks entities in texts, without TensorFlow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.data.tags.schemes import Span, entities_of
from kerasapps.decoding.viterbi import Transitions, lattice, viterbi
from kerasapps.deploy.file_bundle import FileBundle
from kerasapps.deploy.manifest import Manifest
from kerasapps.deploy.opening import Load
from kerasapps.deploy.readers import checked_text
from kerasapps.deploy.worked import Worked
from kerasapps.errors import DataError
from kerasapps.outputs.tags.answer import TRANSITIONS_FILE
from kerasapps.outputs.tags.entities import begins, inside
from kerasapps.outputs.tags.reader import WordReader
from kerasapps.outputs.tags.transitions_file import read_transitions
from kerasapps.outputs.tags.windows import windows_in


@dataclass(frozen=True)
class Entity:
    """An entity in a text: `text[start:end]` are its words, exactly as they were written.

    Attributes:
        text: its words.
        label: its type.
        score: its probability: that exactly these words are one entity of this type, 0 to 1.
        start: place of its first character in the text (a code point of Unicode).
        end: place behind its last character.
    """

    text: str
    label: str
    score: float
    start: int
    end: int


@dataclass(frozen=True)
class Tagged:
    """What a bundle makes of one text.

    Attributes:
        text: as it was given.
        entities: in the order of the text; they do not overlap.
        words: how the text was cut.
        tags: IOB2, one a word.
    """

    text: str
    entities: tuple[Entity, ...]
    words: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class TagBundle(FileBundle):
    """A bundle for entities with one of its TFLite files loaded; see `FileBundle`.

    Args:
        manifest: of a bundle whose files were checked.
        path: the file to run.
        artifact: its name.
        load: what loads it again.
        threads: threads that one inference may use.
    """

    reader: WordReader

    def __init__(
        self, manifest: Manifest, path: Path, *, artifact: str, load: Load, threads: int = 1
    ) -> None:
        reader = WordReader(manifest)
        super().__init__(
            manifest, path, artifact=artifact, reader=reader, load=load, threads=threads
        )
        file = manifest.file(TRANSITIONS_FILE)
        self._transitions = read_transitions(file, tags=len(manifest.labels))

    def predict(self, inputs: Any) -> list[Tagged]:
        """The entities of one text or several.

        A text that is longer than the network reads is read in parts, none of it is left out.

        Args:
            inputs: texts. One without words has no entities.

        Returns:
            One answer a text, in order.

        Raises:
            DataError: if an input is no text.
        """
        return [self._tagged(checked_text(each)) for each in self.reader.split(inputs)]

    def tag(self, words: Sequence[str]) -> tuple[str, ...]:
        """The tags, IOB2, of words that are cut already: one sentence, or several in a row.

        Args:
            words: texts, none of them empty.

        Raises:
            DataError: if it is no sequence of texts.
        """
        given: Any = words
        listed = isinstance(given, Iterable) and not isinstance(given, str | Mapping)
        several: list[Any] = [*given] if listed else [None]
        if not all(isinstance(each, str) and each for each in several):
            raise DataError(
                "tag takes a sequence of words, none of them empty; predict takes texts."
            )
        return tuple(tag for part in self._parts(several) for tag in part.tags)

    @property
    def transitions(self) -> Transitions:
        """Scores of tags beside each other, in the order of the manifest's labels."""
        return self._transitions

    def emissions(self, words: Sequence[str]) -> np.ndarray:
        """The scores of the tags of words that are cut already, float32 `(words, tags)`."""
        windows = windows_in(words, self.reader.length)
        parts = [self._emissions(words[first:end]) for first, end in windows]
        return np.concatenate([np.empty((0, len(self.manifest.labels)), np.float32), *parts])

    def worked(self, raw: Any) -> Worked:
        """The words and ids of one text, and its tags and entities, as `examples.json` has them."""
        tagged = self._tagged(raw)
        return self.reader.plain(raw), {
            "tags": list(tagged.tags),
            "entities": [{**vars(each), "score": round(each.score, 4)} for each in tagged.entities],
        }

    def _plain_answer(self, raw: Any) -> Mapping[str, Any]:
        return self.worked(raw)[1]

    def _tagged(self, text: str) -> Tagged:
        tokens = self.reader.tokens(text)
        words = tuple(token.text for token in tokens)
        parts = self._parts(words)
        entities = []
        for part in parts:
            for span, score in zip(part.spans, part.scores, strict=True):
                start = tokens[part.first + span.start].start
                end = tokens[part.first + span.end - 1].end
                entities.append(Entity(text[start:end], span.label, score, start, end))
        tags = tuple(tag for part in parts for tag in part.tags)
        return Tagged(text, tuple(entities), words, tags)

    def _parts(self, words: Sequence[str]) -> list[_Part]:
        return [
            self._part(words[first:end], first)
            for first, end in windows_in(words, self.reader.length)
        ]

    def _part(self, words: Sequence[str], first: int) -> _Part:
        labels = self.manifest.labels
        emissions = self._emissions(words)
        tags = [labels[number] for number in viterbi(emissions, self._transitions)]
        spans = entities_of(tags)
        return _Part(first, tuple(tags), tuple(spans), self._chances(emissions, spans))

    def _emissions(self, words: Sequence[str]) -> np.ndarray:
        """Of as many words as the network reads at once."""
        scores = self._model.scores(self.reader.encode(words))[: len(words)]
        return np.asarray(scores, np.float32)

    def _chances(self, emissions: np.ndarray, spans: Sequence[Span]) -> tuple[float, ...]:
        """Of each entity, 0 to 1."""
        if not spans:
            return ()
        known = lattice(emissions, self._transitions)
        number = {label: place for place, label in enumerate(self.manifest.labels)}
        return tuple(
            known.entity_chance(
                each.start, each.end - 1, number[begins(each.label)], number.get(inside(each.label))
            )
            for each in spans
        )


@dataclass(frozen=True)
class _Part:
    """What the network makes of words that it reads at once.

    Attributes:
        first: place of the first word among all.
        tags: one a word.
        spans: the entities, by the places of words in this part.
        scores: of each.
    """

    first: int
    tags: tuple[str, ...]
    spans: tuple[Span, ...]
    scores: tuple[float, ...]


def marked(text: str, entities: Sequence[Entity]) -> list[tuple[str, str]]:
    """A text cut at its entities: pieces in order, each with its type, which is "" between them."""
    edges = [0, *(edge for each in entities for edge in (each.start, each.end)), len(text)]
    labels = [label for each in entities for label in ("", each.label)]
    pieces = zip(pairwise(edges), [*labels, ""], strict=True)
    return [(text[start:end], label) for (start, end), label in pieces if end > start]
