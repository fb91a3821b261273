"""Sentence pairs, read and split; without TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kerasapps.config import TranslationConfig
from kerasapps.data.examine import read_usable
from kerasapps.data.pairs import steps
from kerasapps.data.pairs.examples import PairExamples, PairSplits
from kerasapps.data.pairs.kinds import is_pair_data
from kerasapps.data.sources.forms import two_files
from kerasapps.terminal.streams import tell

KIND = steps


def holds(data: Any) -> bool:
    """Whether it is sentence pairs, as far as a look tells."""
    return two_files(data) or is_pair_data(data)


def judged(splits: PairSplits) -> PairExamples:
    """The test split."""
    return splits.test


def usable(
    data: Any, *, options: Mapping[str, Any], max_broken: float, folder: Path
) -> PairExamples:
    """All sentence pairs of some data."""
    collection, rows = read_usable(
        steps,
        data,
        options=TranslationConfig(**options),
        max_broken=max_broken,
        work_dir=folder,
        tell=tell,
    )
    return collection.select(rows)
