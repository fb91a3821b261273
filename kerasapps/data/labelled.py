"""Labelled pictures to judge a finished model on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from kerasapps.data.decode import inspect_image, printable
from kerasapps.data.examples import BrokenFile, Entry
from kerasapps.data.sources import list_source
from kerasapps.errors import DataError

_SHOWN = 5


def load_labelled(data: Any, *, max_broken: float, work_dir: Path) -> list[Entry]:
    """The readable pictures of the test split, or of all the data where it has none.

    Args:
        data: any form that training takes.
        max_broken: share of unreadable files that is skipped before it is an error.
        work_dir: where pictures that are not files yet are written.

    Raises:
        DataError: if nothing can be read, or too many files are broken.
    """
    listing = list_source(data, work_dir=work_dir)
    if listing.errors:
        raise DataError("\n".join(listing.errors))
    entries = [entry for entry in listing.entries if entry.split == "test"] or list(listing.entries)
    with ThreadPoolExecutor() as pool:
        problems = list(pool.map(lambda entry: inspect_image(entry.path).problem, entries))
    kept = [entry for entry, problem in zip(entries, problems, strict=True) if problem is None]
    broken = [
        BrokenFile(entry.path, problem)
        for entry, problem in zip(entries, problems, strict=True)
        if problem is not None
    ]
    if not kept or len(broken) > max_broken * len(entries):
        shown = "; ".join(f"{printable(each.path)}: {each.reason}" for each in broken[:_SHOWN])
        raise DataError(
            f"{len(broken)} of {len(entries)} files are broken, more than the {max_broken:.1%} "
            f"that max_broken allows. {shown}"
        )
    return kept
