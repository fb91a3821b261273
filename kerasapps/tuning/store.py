"""A search on disk: one file that is whole at every moment."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kerasapps.errors import TrainingError
from kerasapps.files.room import free_words
from kerasapps.files.whole import replaced

SNAPSHOT: Final = "search.json"
_FORMAT: Final = 1


@dataclass(frozen=True)
class Snapshot:
    """A search between two events.

    Attributes:
        settings: what identifies the search; one with others must not go on from here.
        state: what the oracle's `set_state` takes.
    """

    settings: Mapping[str, Any]
    state: Mapping[str, Any]


def write_snapshot(path: Path, snapshot: Snapshot) -> None:
    """Replace the file at `path`; whoever reads it finds the old or the new one, whole.

    Raises:
        TrainingError: if the disk is full or the folder cannot be written.
    """
    content = {"format": _FORMAT, "settings": snapshot.settings, "state": snapshot.state}
    with writing(path):
        # NaN is no JSON; failed figures never reach the state
        replace_text(path, json.dumps(content, allow_nan=False))


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Makes an error of the disk, while something of a search is written, one that says so.

    Raises:
        TrainingError: if the disk is full or the folder cannot be written.
    """
    try:
        yield
    except OSError as error:
        raise TrainingError(
            f"Could not write {path} of the search: {error}. {free_words(path.parent)}. Make room "
            "or choose another output folder; the same command goes on from the last whole state."
        ) from error


def read_snapshot(path: Path) -> Snapshot | None:
    """The search at `path`, or None where there is none.

    Whether its settings are those of the search at hand is for the caller to see
    (`kerasapps.training.checkpoint.changed_settings` names what differs).

    Raises:
        TrainingError: if the file is damaged or of another version.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        version, snapshot = content["format"], Snapshot(content["settings"], content["state"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged(path, error) from error
    if version != _FORMAT:
        raise damaged(path, f"its format is {version!r}, this version's is {_FORMAT}")
    return snapshot


def damaged(path: Path, why: object) -> TrainingError:
    """The error for a state that cannot be used, which says what to do."""
    return TrainingError(
        f"The search's state {path} cannot be read ({why}). Delete it to start the search afresh."
    )


def replace_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8 beside `path` and rename it into place, durably.

    Raises:
        OSError: if it cannot be written; what was at `path` stays.
    """
    with replaced(path) as file:
        file.write(text.encode())
