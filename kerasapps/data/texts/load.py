"""The entry to `data` for texts: whatever holds labelled texts becomes audited splits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kerasapps.config import LoadConfig, TextConfig
from kerasapps.data.audit import Audit
from kerasapps.data.examine import examine, load_splits
from kerasapps.data.texts import steps
from kerasapps.data.texts.examples import TextSplits


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
