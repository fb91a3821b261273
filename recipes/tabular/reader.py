"""From rows as users have them to what a finished network takes; without TensorFlow."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence, Sized
from pathlib import Path
from typing import Any

from kerasapps.data.rows.cells import cell_text
from kerasapps.data.rows.values import Values, values_of
from kerasapps.data.sources.all_columns import TableListing, list_table
from kerasapps.data.sources.rows import Row as TableRow
from kerasapps.data.sources.rows import origin
from kerasapps.data.sources.table_shapes import is_table
from kerasapps.deploy.manifest import Manifest
from kerasapps.errors import ConfigError, DataError
from kerasapps.model_inputs import ModelInputs
from kerasapps.preprocess.row_spec import ColumnSpec, RowSpec
from kerasapps.preprocess.rows import encode_rows
from kerasapps.recipes.tabular.unread import Unread
from kerasapps.wording.harmless import printable
from kerasapps.wording.shortened import shortened
from kerasapps.workflow.inputs import Input, Inputs

_MOST_LOOKED_AT = 200  # strange columns, for one that may be meant

Row = Mapping[str, Any]
"""Column → value of one row: a text, a number, a truth value, a date, or None."""


class RowReader:
    """Rows as numbers and ids.

    Args:
        manifest: of the bundle; its `input` holds the fields of `RowSpec`.
    """

    def __init__(self, manifest: Manifest) -> None:
        self.spec = RowSpec.from_dict(manifest.input)
        self.arguments: Mapping[str, str] = manifest.input["arguments"]

    def split(self, inputs: Any) -> list[Row]:
        """One row, several, or a table of any form that training takes, as a list of rows.

        Raises:
            DataError: if it is neither, or lacks a column.
        """
        if isinstance(inputs, Mapping) and not any(map(_is_column, inputs.values())):
            return [inputs]
        listing = list_table(inputs, named=self.spec.names, splits=False)
        self.check_columns(listing.names, where="the table")
        return rows_in(listing)

    def read(self, raw: Row) -> ModelInputs:
        """The network's inputs by name, without the batch: float32 `(p,)` and int32 `(q,)`.

        Raises:
            DataError: if it is no row, or lacks a column.
        """
        if not isinstance(raw, Mapping):
            raise DataError(f"expected a row as a mapping of columns, got {type(raw).__name__}.")
        self.check_columns(tuple(raw), where="the row")
        columns = {name: values_of([raw[name]]) for name in self.spec.names}
        return {name: array[0] for name, array in encode_rows(columns, self.spec).arrays.items()}

    def reads_whole(self, raw: Row) -> bool:
        """Always: of a row nothing is cut off."""
        return True

    @property
    def shape(self) -> dict[str, tuple[int, ...]]:
        """Name of each input → its shape."""
        sizes = {"numbers": self.spec.numbers, "categories": len(self.spec.ids)}
        return {name: (size,) for name, size in sizes.items() if size}

    def example(self) -> ModelInputs:
        """The row in the middle of the training's."""
        return self.read(self.typical)

    def raw_example(self, folder: Path) -> Mapping[str, Any]:
        """The same for a SavedModel."""
        return saved_model_rows(
            {n: values_of([t]) for n, t in self.typical.items()}, self.spec, self.arguments
        )[0]

    @property
    def typical(self) -> dict[str, str]:
        """Column → its median, or its most frequent value."""
        return {column.name: column.typical for column in self.spec.columns}

    def check_columns(self, names: Sequence[str], *, where: str) -> tuple[str, ...]:
        """Make sure that no column is missing.

        Args:
            names: of the columns that there are.
            where: they are, for messages.

        Returns:
            The columns that training did not have.

        Raises:
            DataError: naming those that are missing, with what may be meant.
        """
        missing = [name for name in self.spec.names if name not in names]
        if missing:
            known = {*self.spec.names, self.spec.target, *self.spec.ignored}
            strange = [name for name in map(str, names) if name not in known][:_MOST_LOOKED_AT]
            near = [
                each for name in missing for each in difflib.get_close_matches(name, strange, 1)
            ]
            hint = f"; is it {' or '.join(map(repr, near))}?" if near else ""
            plural = "s" if len(missing) > 1 else ""
            raise DataError(
                f"{where} lacks the column{plural} {shortened([repr(name) for name in missing])}, "
                f"which the bundle was trained with{hint}"
            )
        known = {*self.spec.names, *self.spec.ignored, self.spec.target}
        return tuple(name for name in names if name not in known)


def described(values: Mapping[str, Any]) -> RowSpec:
    """A manifest's `input`: the columns, and the SavedModel's argument of each.

    Raises:
        ConfigError: if it does not describe table rows.
    """
    spec, arguments = RowSpec.from_dict(values), values.get("arguments")
    if not isinstance(arguments, Mapping) or set(arguments) != set(spec.names):
        raise ConfigError("this does not describe table rows: not an argument a column")
    return spec


def _is_column(value: object) -> bool:
    """Whether a mapping's value is a whole column rather than one cell."""
    if isinstance(value, str | bytes):
        return False
    return bool(value.ndim) if hasattr(value, "ndim") else isinstance(value, Sized)


def rows_in(listing: TableListing) -> list[Row]:
    """All rows of a table.

    Raises:
        DataError: naming the first that cannot be read, or what makes the table unusable.
    """
    rows: list[Row] = []
    for row in listing.rows():
        if row.problem is not None:
            raise DataError(f"{origin(row.where, row.number)}: {row.problem.reason}")
        rows.append(dict(zip(listing.names, row.values, strict=True)))
    if listing.errors:
        raise DataError("; ".join(listing.errors))
    return rows


def gather_rows(arguments: Sequence[str], *, reader: RowReader, encoding: str | None) -> Inputs:
    """The rows of the files that the arguments name.

    Args:
        arguments: of a command line.
        reader: knows which columns there must be.
        encoding: of files of text; None: found out.

    Raises:
        DataError: if there is no table, it lacks a column, or a file has other columns than the
            first.
    """
    inputs: list[Input] = []
    notes: list[str] = []
    columns: tuple[str, ...] = ()
    for name in arguments:
        if is_json(name):
            row = row_of_json(name)
            columns = columns or tuple(row)
            if set(columns) != set(row):
                raise DataError(f"the row {name} has other columns than the first: answer it alone")
            note_strange(notes, reader.check_columns(columns, where="the row"), name)
            inputs.append(Input("the row", {each: _cell_of(row[each]) for each in columns}))
            note_unread(notes, inputs[-1:], reader, "the row")
            continue
        refuse_no_table(name)
        listing = list_table(name, named=reader.spec.names, splits=False, encoding=encoding)
        columns = columns or listing.names
        if set(columns) != set(listing.names):
            raise DataError(f"{name} has other columns than {arguments[0]}: answer it alone.")
        note_strange(notes, reader.check_columns(columns, where=name), name)
        rows = [input_of(row, columns, listing.names) for row in listing.rows()]
        note_unread(notes, rows, reader, name)
        inputs += rows
        if listing.errors:
            raise DataError("; ".join(listing.errors))
        notes += listing.guesses
    return Inputs(inputs=inputs, notes=tuple(dict.fromkeys(notes)), columns=columns)


def is_json(text: str) -> bool:
    """Whether a text is an object of JSON rather than the name of a file."""
    return text.lstrip().startswith("{")


def row_of_json(text: str) -> Row:
    """The row that a JSON object is.

    Raises:
        DataError: if it cannot be read.
    """
    try:
        row: Row = json.loads(text)
    except (ValueError, RecursionError) as error:  # too deep; a number of thousands of digits
        raise DataError(f"the row is no JSON that can be read: {error}") from error
    return row


def refuse_no_table(name: str) -> None:
    """Files that are no tables are refused in the words of a command line."""
    path = Path(name)
    if path.is_file() and not is_table(path):
        raise DataError(
            f"{printable(name)} is no table: this bundle takes CSV, TSV, JSONL or Parquet "
            "files, or a row as a JSON object"
        )


def note_strange(notes: list[str], strange: Sequence[str], where: str) -> None:
    """Notes the columns that a bundle does not know."""
    if strange:
        listed = shortened([repr(each) for each in strange])
        notes.append(f"{where}: columns that the bundle does not know are not used: {listed}")


def note_unread(notes: list[str], rows: Sequence[Input], reader: RowReader, where: str) -> None:
    """Notes cells that are not of their column's kind."""
    unread = Unread(reader.spec)
    for row in rows:
        unread.see(row.value)
    notes += unread.notes(where)


def _cell_of(value: Any) -> Any:
    return "" if value is None else value


def input_of(row: TableRow, columns: Sequence[str], names: Sequence[str]) -> Input:
    """A row of a table, its cells in the order of `columns`; `names` are those of its values."""
    name = origin(row.where, row.number)
    if row.problem is not None:
        return Input(name, dict.fromkeys(columns, ""), f"{name}: {row.problem.reason}")
    cells = dict(zip(names, row.values, strict=True))
    return Input(name, {column: _cell_of(cells[column]) for column in columns})


def saved_model_rows(
    columns: Mapping[str, Values], spec: RowSpec, arguments: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Rows as a SavedModel's signature takes them: a number, NaN where it is missing, or a text.

    Args:
        columns: name → values.
        spec: of the training split.
        arguments: column → name of the signature's argument.
    """
    cells = [_cells(columns[column.name], column) for column in spec.columns]
    names = [arguments[column.name] for column in spec.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]


def _cells(values: Values, column: ColumnSpec) -> list[Any]:
    if column.kind == "number":
        numbers: list[Any] = values.numbers().tolist()
        return numbers
    return [values.texts[code] for code in values.codes]


def shown_row(row: Mapping[str, Any], names: Sequence[str]) -> str:
    """A row on one line: "age 39, job clerk"; a missing value is left out.

    Args:
        row: column → value.
        names: the columns to show.
    """
    cells = {name: cell_text(row[name]) for name in names}
    return ", ".join(f"{name} {text}" for name, text in cells.items() if text)
