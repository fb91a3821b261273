"""Texts as records of shards, and as examples again; see `kerasapps.data.packed.kinds`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from kerasapps.data.ledger import Origins
from kerasapps.data.sources.places import Places
from kerasapps.data.sources.shard_texts import ShardTexts
from kerasapps.data.splits import Splits
from kerasapps.data.texts.audit import LongText, TextConflict, TextDuplicate
from kerasapps.data.texts.examples import TextExamples

ITEMS = (LongText, TextConflict, TextDuplicate)


def sizes(examples: TextExamples) -> np.ndarray:
    """Bytes of each text, int64 `(n,)`."""
    texts: Any = examples.texts
    return np.asarray(texts.sizes())


def records(examples: TextExamples, rows: np.ndarray) -> Iterator[dict[str, Any]]:
    """The texts, and where they come from."""
    for row in rows.tolist():
        yield {"text": examples.texts[row], "origin": examples.origins[row]}


def columns(examples: TextExamples) -> dict[str, np.ndarray]:
    """Answers, contents and origins."""
    origins: Any = examples.origins
    return {
        "labels": np.asarray(examples.labels),
        "contents": examples.contents,
        **origins.columns(),
    }


def examples(
    places: Callable[[str], Places], columns: Mapping[str, np.ndarray], origins: tuple[str, ...]
) -> TextExamples:
    """The texts, which are read from their shards."""
    return TextExamples(
        ShardTexts(places("text")),
        columns["labels"],
        Origins(origins, columns["origin_files"], columns["origin_numbers"]),
        columns["contents"],
    )


def origins(splits: Splits[TextExamples]) -> tuple[str, ...]:
    """Names of the files that the texts come from."""
    origins: Any = splits.train.origins
    return tuple(origins.names)


def found(splits: Splits[TextExamples]) -> dict[str, Any]:
    """Nothing but the targets, which all kinds tell alike."""
    return {}


def alike(name: str, asked: Any, packed: Any) -> bool:
    """Whether a value of an option means what another does, though it is not equal: none does."""
    return False
