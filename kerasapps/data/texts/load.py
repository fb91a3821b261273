"""The entry to `data` for texts: whatever holds labelled texts becomes audited splits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.config import LoadConfig, TextConfig
from kerasapps.data.audit import Audit
from kerasapps.data.checks import Tell, silent
from kerasapps.data.examine import examine, load_splits, read_usable
from kerasapps.data.texts import steps
from kerasapps.data.texts.examples import TextSplits


@dataclass(frozen=True, eq=False)
class LabelledTexts:
    """Texts to judge a finished model on.

    Attributes:
        texts: read from disk one at a time.
        labels: class names, one a text.
        origins: where each comes from.
        contents: uint64 `(n,)`, of a digest of each text, whatever its label.
    """

    texts: Sequence[str]
    labels: tuple[str, ...]
    origins: Sequence[str]
    contents: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)


def load_texts(
    data: Any, *, config: LoadConfig, text: TextConfig, seed: int, work_dir: Path
) -> TextSplits:
    """Audited splits of whatever holds texts and labels.

    Args:
        data: a CSV, TSV, JSONL or Parquet file; a folder with a folder of .txt files per class,
            with train/val/test folders above them, or with train, validation and test tables;
            `(texts, labels)` or a list of `(text, label)`; a pandas DataFrame; a pyarrow Table; a
            `tf.data.Dataset` of `(string, label)`; `"tfds:NAME[/config]"`; `"builtin:reviews"`.
        config: split sizes and what to tolerate.
        text: which columns of a table to take.
        seed: of the splits that the data does not have.
        work_dir: where the texts are written, once, as UTF-8; nothing else is touched. The splits
            read from there as long as they are used.

    Raises:
        DataError: with every reason why the data cannot be used.
        DependencyError: if reading the data needs a package that is not installed.
    """
    return load_splits(steps, data, options=text, config=config, seed=seed, work_dir=work_dir)


def audit_texts(
    data: Any, *, config: LoadConfig, text: TextConfig, seed: int, work_dir: Path
) -> Audit:
    """What `load_texts` finds in the same data; bad data fills `errors` and never raises."""
    return examine(steps, data, options=text, config=config, seed=seed, work_dir=work_dir)[0]


def load_labelled_texts(
    data: Any, *, text: TextConfig, max_broken: float, work_dir: Path, tell: Tell = silent
) -> LabelledTexts:
    """The usable texts of the test split, or of all the data where it has none.

    Args:
        data: any form that training takes.
        text: which columns of a table to take.
        max_broken: share of unusable rows that is skipped before it is an error.
        work_dir: where the texts are written; they are read from there.
        tell: takes a line about the rows that are skipped.

    Raises:
        DataError: if nothing can be read, or too many rows are broken.
        DependencyError: if reading the data needs a package that is not installed.
    """
    collection, rows = read_usable(
        steps, data, options=text, max_broken=max_broken, work_dir=work_dir, tell=tell
    )
    return LabelledTexts(
        collection.texts.select(rows),
        tuple(collection.labels[number] for number in collection.numbers[rows]),
        collection.origins.select(rows),
        collection.exact[rows, 0],
    )
