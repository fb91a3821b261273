"""What a report says of table rows: what each column is worth."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from kerasapps.data.rows.examples import RowSplits
from kerasapps.data.rows.values import Values
from kerasapps.evaluation.formats import column
from kerasapps.evaluation.sections import Section, Table, plain_section
from kerasapps.evaluation.usage import Asked, literal, wrapped
from kerasapps.model_inputs import ModelInputs
from kerasapps.preprocess.row_spec import RowSpec
from kerasapps.preprocess.rows import encode_rows
from kerasapps.recipes.tabular.reader import saved_model_rows

ROWS = 2000  # that are mixed up
REPEATS = 3
Error = Callable[[ModelInputs, np.ndarray], float]
"""Inputs, and which rows of the test split they are → how wrong a network is."""


def ask_row(columns: Mapping[str, Values], spec: RowSpec, arguments: Mapping[str, str]) -> Asked:
    """How a row is given to a bundle, as it is written.

    Args:
        columns: of rows, of which the first is taken.
        spec: what becomes of them.
        arguments: column → name of the SavedModel's argument.
    """
    first = {name: columns[name].select(np.array([0])) for name in spec.names}
    cells = saved_model_rows(first, spec, arguments)[0]
    served = [f"{literal(name)}: {_tensor(cell)}" for name, cell in cells.items()]
    written = [f"{literal(name)}: {_written(cells[arguments[name]])}" for name in spec.names]
    sizes = {"numbers": spec.numbers, "categories": len(spec.ids)}
    inputs = [f"{name} [1, {size}]" for name, size in sizes.items() if size]
    return Asked(
        typed="new.csv",
        data="more.csv",
        explained="new.csv:1",
        python=wrapped(written, "{}"),
        takes=f"{' and '.join(inputs)}, float32 and int32, made of a row as input in bundle.json "
        "says column by column",
        served=wrapped(served, ("**{", "}")),  # a column may be called "class"
    )


def _written(cell: str | float) -> str:
    """A cell in Python; a missing number is None."""
    if isinstance(cell, str):
        return literal(cell)
    if not math.isfinite(cell):
        return "None"
    return repr(int(cell) if cell.is_integer() else cell)


def _tensor(cell: str | float) -> str:
    """A cell as a SavedModel takes it; a missing number is NaN."""
    if isinstance(cell, str):
        return f"tf.constant([{literal(cell)}])"
    value = "float('nan')" if not math.isfinite(cell) else _written(cell)
    return f"tf.constant([{value}], tf.float64)"


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
        rows=list(zip(worth, column([*worth.values()], signs=True), strict=True)),
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
