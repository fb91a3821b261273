"""A CSV file `path,label[,split]` becomes a listing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from kerasapps.data.columns import refuse_doubled_names
from kerasapps.data.decode import printable
from kerasapps.data.examples import Entry, Listing
from kerasapps.data.image_folder import SPLIT_FOLDERS
from kerasapps.errors import DataError
from kerasapps.files import open_regular

_MAX_ERRORS = 20


def list_manifest(file: Path) -> Listing:
    """List the pictures that a CSV file names.

    The first row names the columns: `path`, `label` and, if wanted, `split` (train, val, validation
    or test; in every row or in none). Other columns are ignored. Relative paths start at the folder
    of the CSV file. UTF-8, with or without a byte order mark; comma, semicolon or tab.

    Raises:
        DataError: if the file cannot be read as such a table; errors of single rows are in the
            listing's `errors`, each naming its row (the header is row 1).
    """
    shown = printable(file)
    entries: list[Entry] = []
    errors: list[str] = []
    try:
        with io.TextIOWrapper(open_regular(file), encoding="utf-8-sig", newline="") as stream:
            for number, row in _rows(stream, shown):
                try:
                    entries.append(_entry(row, file.parent))
                except DataError as error:
                    errors.append(f"{shown}, row {number}: {error}")
                    continue
                entries[-1] = _with_origin(entries[-1], f"row {number} of {file.name}")
    except UnicodeDecodeError as error:
        raise DataError(f"{shown} is not UTF-8: save it as CSV UTF-8 ({error.reason})") from error
    except (OSError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(f"cannot read {shown}: {reason}") from error
    unsplit = [entry for entry in entries if entry.split is None]
    if unsplit and len(unsplit) < len(entries):
        errors.append(
            f"{shown}: {len(unsplit)} rows have no split (first: {unsplit[0].origin}) while others "
            "do: give every row one, or none"
        )
    if not entries and not errors:
        errors.append(f"{shown} has a header but no rows")
    elif entries and not unsplit and all(entry.split != "train" for entry in entries):
        errors.append(f"{shown} has no row with split train")
    if len(errors) > _MAX_ERRORS:
        errors[_MAX_ERRORS:] = [f"{shown}: and {len(errors) - _MAX_ERRORS} more rows with errors"]
    return Listing(tuple(entries), errors=tuple(errors))


def _rows(stream: Iterator[str], shown: str) -> Iterator[tuple[int, dict[str, str]]]:
    header = next(stream, "")
    delimiter = max(",;\t", key=header.count)
    columns = [name.strip().lower() for name in next(csv.reader([header], delimiter=delimiter), [])]
    for name in ("path", "label"):
        if name not in columns:
            found = ", ".join(columns) or "nothing"
            raise DataError(
                f"{shown} needs the columns path,label[,split] in its first row; found: {found}"
            )
    refuse_doubled_names(columns, ("path", "label", "split"), shown)
    reader = csv.reader(stream, delimiter=delimiter)
    for values in reader:
        if any(value.strip() for value in values):
            if any(value.strip() for value in values[len(columns) :]):
                raise DataError(
                    f"{shown}, row {reader.line_num + 1}: {len(values)} fields, but the first row "
                    f"names {len(columns)} columns; put labels with commas in quotes"
                )
            padded = [value.strip() for value in values] + [""] * (len(columns) - len(values))
            yield reader.line_num + 1, dict(zip(columns, padded, strict=False))


def _entry(row: dict[str, str], folder: Path) -> Entry:
    for name in ("path", "label"):
        if not row[name]:
            raise DataError(f"the {name} is empty")
    if "\0" in row["path"]:
        raise DataError("the path has a null character")
    split = row.get("split", "").lower()
    if split and split not in SPLIT_FOLDERS:
        raise DataError(f"split {split!r} is not known: train, val, validation or test")
    return Entry(folder / row["path"], row["label"], SPLIT_FOLDERS[split] if split else None)


def _with_origin(entry: Entry, origin: str) -> Entry:
    return Entry(entry.path, entry.label, entry.split, origin)
