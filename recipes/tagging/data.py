"""Tagged sentences, read and split; without TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kerasapps.data.examine import read_usable
from kerasapps.data.tags import steps
from kerasapps.data.tags.config import TaggingConfig
from kerasapps.data.tags.examples import TagExamples, TagSplits
from kerasapps.data.tags.kinds import is_tag_data
from kerasapps.terminal.streams import tell

KIND = steps


def holds(data: Any) -> bool:
    """Whether it is sentences with a tag for each word, as far as a look tells."""
    return is_tag_data(data)


def judged(splits: TagSplits) -> TagExamples:
    """The test split."""
    return splits.test


def usable(
    data: Any, *, options: Mapping[str, Any], max_broken: float, folder: Path
) -> TagExamples:
    """All tagged sentences of some data."""
    collection, rows = read_usable(
        steps,
        data,
        options=TaggingConfig(**options),
        max_broken=max_broken,
        work_dir=folder,
        tell=tell,
    )
    return collection.select(rows)
