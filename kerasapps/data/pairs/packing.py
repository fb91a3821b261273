"""Sentence pairs as records of shards, and again; see `kerasapps.data.packed.kinds`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from kerasapps.data.ledger import Origins
from kerasapps.data.pairs.audit import LongPair, PairCopy, PairLeak, Variants
from kerasapps.data.pairs.examples import PairExamples
from kerasapps.data.pairs.languages import is_language
from kerasapps.data.sources.places import Places
from kerasapps.data.sources.shard_texts import ShardTexts
from kerasapps.data.splits import Splits

ITEMS = (LongPair, PairCopy, PairLeak, Variants)
_LANGUAGES = ("source_language", "target_language")


def sizes(examples: PairExamples) -> np.ndarray:
    """Bytes of each pair, int64 `(n,)`."""
    sources: Any = examples.sources
    targets: Any = examples.targets
    return np.asarray(sources.sizes() + targets.sizes())


def records(examples: PairExamples, rows: np.ndarray) -> Iterator[dict[str, Any]]:
    """Both texts, and where they come from."""
    for row in rows.tolist():
        source, target = examples.sources[row], examples.targets[row]
        yield {"source": source, "target": target, "origin": examples.origins[row]}


def columns(examples: PairExamples) -> dict[str, np.ndarray]:
    """Contents and origins."""
    origins: Any = examples.origins
    return {"contents": examples.contents, **origins.columns()}


def examples(
    places: Callable[[str], Places], columns: Mapping[str, np.ndarray], origins: tuple[str, ...]
) -> PairExamples:
    """The pairs, which are read from their shards."""
    return PairExamples(
        ShardTexts(places("source")),
        ShardTexts(places("target")),
        Origins(origins, columns["origin_files"], columns["origin_numbers"]),
        columns["contents"],
    )


def origins(splits: Splits[PairExamples]) -> tuple[str, ...]:
    """Names of the files that the pairs come from."""
    origins: Any = splits.train.origins
    return tuple(origins.names)


def found(splits: Splits[PairExamples]) -> dict[str, Any]:
    """The languages."""
    return {name: splits.audit[name] for name in _LANGUAGES}


def alike(name: str, asked: Any, packed: Any) -> bool:
    """Whether a language that is asked for is that of the pairs, by another name."""
    return bool(asked and packed) and name in _LANGUAGES and is_language(asked, packed)
