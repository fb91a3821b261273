"""What a report says of table rows: what each column is worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from kerasapps.data.rows.examples import RowSplits
from kerasapps.data.rows.values import Values
from kerasapps.evaluation.sections import Section, Table, plain_section
from kerasapps.model_inputs import ModelInputs
from kerasapps.preprocess.row_spec import RowSpec
from kerasapps.preprocess.rows import encode_rows

ROWS = 2000  # that are mixed up
REPEATS = 3
Error = Callable[[ModelInputs, np.ndarray], float]
"""Inputs, and which rows of the test split they are → how wrong a network is."""


def importances(
    columns: Mapping[str, Values], spec: RowSpec, error: Error, *, seed: int = 0
) -> dict[str, float]:
    """How much more wrong a network is when a column's values go to other rows, largest first.

    Args:
        columns: of the test split.
        spec: what becomes of them.
        error: how wrong the network is.
        seed: of the rows, and of where their values go.

    Reference: Breiman 2001, section 10; Fisher et al. 2019, section 3 (model reliance).
    """
    draw = np.random.default_rng(seed)
    count = len(next(iter(columns.values())))
    rows = np.sort(draw.permutation(count)[:ROWS])
    chosen = {name: columns[name].select(rows) for name in spec.names}
    base = error(encode_rows(chosen, spec).arrays, rows)
    worth = {}
    for name in spec.names:
        errors = []
        for _ in range(REPEATS):
            mixed = chosen | {name: chosen[name].select(draw.permutation(len(rows)))}
            errors.append(error(encode_rows(mixed, spec).arrays, rows) - base)
        worth[name] = float(np.mean(errors))
    return dict(sorted(worth.items(), key=lambda item: -item[1]))


def importance_section(splits: RowSplits, spec: RowSpec, error: Error, *, unit: str) -> Section:
    """What each column is worth, on the test split.

    Args:
        splits: the rows.
        spec: what becomes of their columns.
        error: how wrong the network is.
        unit: what that is counted in.
    """
    worth = importances(splits.test.columns, spec, error)
    table = Table(
        heading="Columns",
        rows=[[name, f"{value:+.4g}"] for name, value in worth.items()],
        columns=("column", unit),
    )
    return plain_section(
        "columns",
        link="Columns",
        heading="What each column is worth",
        lead=(
            f"How much worse the answers on the {splits.judged_on} split are when the values of a "
            "column are mixed up between the rows. Columns that say the same share their worth."
        ),
        tables=(table,),
    )
