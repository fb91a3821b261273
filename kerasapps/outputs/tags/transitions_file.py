"""What follows what, as a bundle holds it: a text file that any program reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.decoding.viterbi import Transitions
from kerasapps.deploy.worked import plain_numbers
from kerasapps.errors import BundleError
from kerasapps.outputs.tags.answer import TRANSITIONS_FILE

_LARGEST = 1e9


def write_transitions(transitions: Transitions, folder: Path) -> None:
    """Writes the scores of a first tag, of a tag behind another, and of a last tag."""
    values = {
        "start": plain_numbers(transitions.start),
        "between": [plain_numbers(row) for row in transitions.between],
        "end": plain_numbers(transitions.end),
    }
    text = json.dumps(values, indent=1)
    (folder / TRANSITIONS_FILE).write_text(text + "\n", encoding="utf-8")


def read_transitions(path: Path, *, tags: int) -> Transitions:
    """The scores that a bundle was made with.

    Args:
        path: the file.
        tags: how many there are.

    Raises:
        BundleError: if it holds anything else.
    """
    try:
        values: Any = json.loads(path.read_text(encoding="utf-8"))
        start, between, end = (
            np.asarray(values[name], np.float32) for name in ("start", "between", "end")
        )
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise BundleError(f"{path} holds no scores of tags: make the bundle again.") from error
    shapes = (start.shape, between.shape, end.shape)
    if shapes != ((tags,), (tags, tags), (tags,)):
        raise BundleError(
            f"{path} has scores of other tags than the {tags} of the manifest: they are not of one "
            "bundle. Make it again."
        )
    if not all(np.abs(each).max() <= _LARGEST for each in (start, between, end)):
        raise BundleError(f"{path} holds a score that is no number: make the bundle again.")
    return Transitions(start, between, end)
