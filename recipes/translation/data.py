"""Sentence pairs, read and split; without TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kerasapps.config import TranslationConfig
from kerasapps.data.audit import Audit
from kerasapps.data.examine import examine, load_splits, read_usable
from kerasapps.data.pairs import steps
from kerasapps.data.pairs.examples import PairExamples, PairSplits
from kerasapps.data.pairs.kinds import is_pair_data
from kerasapps.data.sources.forms import two_files
from kerasapps.terminal import tell
from kerasapps.workflow.task import Options


def holds(data: Any) -> bool:
    """Whether it is sentence pairs, as far as a look tells."""
    return two_files(data) or is_pair_data(data)


def audit(data: Any, options: Options, *, seed: int, folder: Path) -> Audit:
    """What there is to know of the pairs."""
    load, translation = options["load"], options["translation"]
    return examine(steps, data, options=translation, config=load, seed=seed, work_dir=folder)[0]


def read(data: Any, options: Options, folder: Path) -> PairSplits:
    """The sentence pairs, split."""
    load, translation, seed = options["load"], options["translation"], options["train"].seed
    return load_splits(
        steps, data, options=translation, config=load, seed=seed, work_dir=folder / "pairs"
    )


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
