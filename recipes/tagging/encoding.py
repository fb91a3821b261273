"""Tagged sentences as ids: the rows that a network takes, and how they are shown."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from kerasapps.config import LoadConfig
from kerasapps.config.iob2 import OUTSIDE, goes_on, type_of
from kerasapps.data.splits import SPLITS
from kerasapps.data.tags.examples import TagExamples, TagSplits
from kerasapps.decoding.viterbi import Transitions
from kerasapps.evaluation.sections import Table
from kerasapps.evaluation.usage import Asked
from kerasapps.outputs.tags.emissions import NO_WORD, TagRows
from kerasapps.outputs.tags.saved_model import write_tag_model
from kerasapps.outputs.tags.sentences import rows_of_sentences
from kerasapps.preprocess.cache import cached_array
from kerasapps.preprocess.text import add_texts
from kerasapps.preprocess.words.encoders import WordEncoder
from kerasapps.recipes.tagging.criterion import tag_criterion
from kerasapps.recipes.tagging.network import NetworkBuilder, transitions_of
from kerasapps.recipes.tagging.report import ask_words, tag_audit_tables
from kerasapps.training.criterion import Criterion
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.experiment import SplitInputs, read_inputs


@dataclass(frozen=True)
class WordEncoding:
    """How sentences become ids; an `outputs.tags.judging.TagReading`.

    Attributes:
        encoder: makes them.
        build: what built the network.
        labels: the tags.
    """

    encoder: WordEncoder
    build: NetworkBuilder
    labels: tuple[str, ...]

    @property
    def summary(self) -> str:
        """Words, characters and lengths."""
        return self.encoder.summary

    @property
    def spec(self) -> Mapping[str, Any]:
        """The model's input for the manifest."""
        return self.encoder.spec.to_dict()

    def explained(self) -> Mapping[str, Any]:
        """What makes the ids of a text."""
        return self.encoder.explained()

    def criterion(self, network: keras.Model) -> Criterion:
        """The likelihood of whole sentences' tags."""
        return tag_criterion(network)

    def transitions(self, network: keras.Model) -> Transitions:
        """What the network learnt of tags beside each other; what cannot be is forbidden."""
        return transitions_of(network, self.labels)

    def convertible(self, network: keras.Model) -> keras.Model:
        """The network of static length."""
        return self.build.for_export(network)

    def write_saved_model(
        self, network: keras.Model, transitions: Transitions, folder: Path
    ) -> None:
        """From texts, or from words, to tags."""
        write_tag_model(network, self.encoder, transitions, folder, labels=self.labels)

    def audit(self, splits: TagSplits) -> list[Table]:
        """What was found in the sentences."""
        length = self.encoder.spec.length
        parted = {
            name: float(np.mean([len(words) > length for words in getattr(splits, name).sentences]))
            for name in SPLITS
        }
        return tag_audit_tables(splits.audit, parted=parted)

    def asked(self, splits: TagSplits) -> Asked:
        """A sentence, as it is written."""
        shapes = {name: [1, *values.shape] for name, values in self.encoder.encode([]).items()}
        inputs = " and ".join(f"{name} {shape}" for name, shape in shapes.items())
        return ask_words(
            splits.test.sentences,
            takes=f"{inputs}, int32, the ids of a text's words as input in bundle.json makes them",
        )

    def write_files(self, folder: Path) -> None:
        """Writes the vocabularies."""
        self.encoder.save(folder)


def encode_splits(
    splits: TagSplits, encoder: WordEncoder, *, config: LoadConfig, cache: Cache
) -> SplitInputs[TagRows]:
    """Every split as rows of ids, in memory while `config.cache_mb` lasts, else on disk."""
    content = [encoder.spec.to_dict(), *encoder.vocabularies]
    with cache.place("encoded", content) as folder:

        def encode(examples: TagExamples, name: str, budget: int) -> TagRows:
            return encode_examples(
                examples,
                encoder,
                labels=splits.labels,
                budget_bytes=budget,
                place=folder / name,
            )

        memory = cache.memory_bytes(config.cache_mb)
        return read_inputs(splits, encode, memory_bytes=memory, array=_largest)


def _largest(rows: TagRows) -> np.ndarray:
    return max(rows.inputs.values(), key=lambda values: values.size)


def begun(tags: Sequence[str]) -> list[str]:
    """Tags of a part of a sentence, where an entity that was cut in two begins anew.

    No sequence of tags starts within an entity, and a network that knows this would find the tags
    of such a part impossible.
    """
    first = [f"B-{type_of(tag)}" if goes_on(tag) else tag for tag in tags[:1]]
    return [*first, *tags[1:]]


def encode_examples(
    examples: TagExamples,
    encoder: WordEncoder,
    *,
    labels: Sequence[str],
    budget_bytes: int = sys.maxsize,
    place: Path = Path("sentences"),
) -> TagRows:
    """Sentences as rows of ids, with the numbers of their tags.

    A tag that is not among the labels, as the training split has none of it, counts as outside in
    the loss and in the figure beside it; where entities are judged it stays what it is.

    Args:
        examples: of a split.
        encoder: gives the ids.
        labels: the tags.
        budget_bytes: the largest array of ids to hold in memory.
        place: folder and name for those that are larger.
    """
    length = encoder.spec.length
    rows = rows_of_sentences(examples.sentences, length)
    number = {label: at for at, label in enumerate(labels)}
    targets = np.full((len(rows), length), NO_WORD, np.int32)
    for row, tags in enumerate(rows.parts(examples.tags)):
        targets[row, : len(tags)] = [number.get(tag, number[OUTSIDE]) for tag in begun(tags)]

    def ids(name: str, example: np.ndarray) -> np.ndarray:
        def fill(values: np.ndarray) -> None:
            for row, words in enumerate(rows.parts(examples.sentences)):
                values[row] = encoder.encode(words)[name]

        return cached_array(
            (len(rows), *example.shape),
            np.int32,
            fill=fill,
            key=lambda: _key(examples, encoder),
            budget_bytes=budget_bytes,
            folder=place.parent,
            name=f"{place.name}_{name}",
        )

    inputs = {name: ids(name, example) for name, example in encoder.encode([]).items()}
    return TagRows(rows, inputs, targets, of_words=encoder.of_words)


def _key(examples: TagExamples, encoder: WordEncoder) -> str:
    """Changes whenever a word, a vocabulary or the spec does."""
    digest = hashlib.sha256(repr(sorted(encoder.spec.to_dict().items())).encode())
    for texts in (*encoder.vocabularies, *examples.sentences):
        add_texts(digest, texts)
        digest.update(b"\n")
    return digest.hexdigest()[:16]
