"""The entry to `data` for table rows: whatever holds a table becomes audited splits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kerasapps.config import LoadConfig
from kerasapps.data.audit import Audit
from kerasapps.data.checks import Tell
from kerasapps.data.examine import examine, load_splits, read_usable
from kerasapps.data.rows import steps
from kerasapps.data.rows.config import TabularConfig
from kerasapps.data.rows.examples import RowSplits
from kerasapps.data.rows.values import Values


@dataclass(frozen=True, eq=False)
class AnsweredRows:
    """Rows to judge a finished model on.

    Attributes:
        columns: name → values of every column but the target.
        target: the answer of each row as text: a class's name, or a number.
    """

    columns: Mapping[str, Values]
    target: Values


def load_rows(
    data: Any, *, config: LoadConfig, tabular: TabularConfig, seed: int, work_dir: Path
) -> RowSplits:
    """Audited splits of whatever holds a table.

    Args:
        data: a CSV, TSV, JSON, JSONL or Parquet file; a folder with train, validation and test
            tables; a pandas DataFrame; a pyarrow Table; a list of mappings; a mapping of columns,
            or of splits to any of these; `"tfds:NAME[/config]"`.
        config: split sizes and what to tolerate.
        tabular: the target, and how columns are read.
        seed: of the splits that the data does not have.
        work_dir: scratch space; rows need none.

    Raises:
        DataError: with every reason why the data cannot be used.
        DependencyError: if reading the data needs a package that is not installed.
    """
    return load_splits(steps, data, options=tabular, config=config, seed=seed, work_dir=work_dir)


def audit_rows(
    data: Any, *, config: LoadConfig, tabular: TabularConfig, seed: int, work_dir: Path
) -> Audit:
    """What `load_rows` finds in the same data; bad data fills `errors` and never raises."""
    return examine(steps, data, options=tabular, config=config, seed=seed, work_dir=work_dir)[0]


def load_answered_rows(
    data: Any, *, tabular: TabularConfig, max_broken: float, work_dir: Path, tell: Tell
) -> AnsweredRows:
    """The usable rows of the test split, or of all the data where it has none.

    Args:
        data: any form that training takes.
        tabular: the target.
        max_broken: share of unusable rows that is skipped before it is an error.
        work_dir: scratch space; rows need none.
        tell: takes a line about the rows that are skipped.

    Raises:
        DataError: if nothing can be read, or too many rows are broken.
        DependencyError: if reading the data needs a package that is not installed.
    """
    collection, rows = read_usable(
        steps, data, options=tabular, max_broken=max_broken, work_dir=work_dir, tell=tell
    )
    columns = {name: values.select(rows) for name, values in collection.columns.items()}
    return AnsweredRows(columns, collection.target.select(rows))
