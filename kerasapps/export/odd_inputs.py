"""Raw inputs that two programs read differently, and what a SavedModel makes of them.

The test split says little of them: a user's own pictures are mostly of one kind.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kerasapps.files.npy import save_array

PREPARE = "prepare"
"""A SavedModel's signature from raw inputs to model inputs, where it may refuse some."""

LEVELS = 2.0
"""By which a value may differ: where two decoders round differently."""

MOST_SHOWN = 3
Prepare = Callable[[bytes], tuple[np.ndarray, str]]
"""A raw input → the model input that a graph makes of it, and why it refuses it, or nothing."""


@dataclass(frozen=True)
class OddInput:
    """One raw input.

    Attributes:
        kind: what is odd about it, in a few words.
        raw: its bytes.
        expected: the model input that training makes of it; None where training refuses it.
    """

    kind: str
    raw: bytes
    expected: np.ndarray | None


def write_odd(folder: Path, inputs: Sequence[OddInput]) -> Path:
    """Writes raw inputs for a SavedModel's own process.

    Args:
        folder: a new folder.
        inputs: what it is to be tried on.

    Returns:
        The list of them, a JSON object a line.
    """
    folder.mkdir(parents=True)
    lines = []
    for number, each in enumerate(inputs):
        (folder / f"{number}.raw").write_bytes(each.raw)
        if each.expected is not None:
            save_array(folder / f"{number}.npy", each.expected)
        lines.append(json.dumps({"kind": each.kind, "name": str(number)}) + "\n")
    listing = folder / "odd.jsonl"
    listing.write_text("".join(lines), encoding="utf-8")
    return listing


def odd_differences(listing: Path, prepare: Prepare) -> list[str]:
    """What a graph makes of odd inputs that training does not make of them.

    A graph may refuse what training reads, in words; it may not read what training refuses.

    Args:
        listing: as `write_odd` wrote it.
        prepare: the graph.

    Returns:
        A few words for each input that is not as it should be; they begin with its kind.
    """
    differences = []
    for each in _read(listing):
        inputs, refusal = prepare(each.raw)
        if refusal:
            continue
        if each.expected is None:
            differences.append(f"{each.kind}: read, while training refuses it")
            continue
        apart = np.abs(inputs.astype(np.float64) - each.expected)
        if not apart.max() <= LEVELS:
            differences.append(f"{each.kind}: up to {apart.max():.0f} of 255 levels away")
    return differences


def differences_in_words(differences: Sequence[str]) -> str:
    """Why a file may not ship, by its differences; empty if there are none."""
    if not differences:
        return ""
    others = len(differences) - MOST_SHOWN
    more = f"; and {others} other kinds" if others > 0 else ""
    return f"sees other pixels than training saw: {'; '.join(differences[:MOST_SHOWN])}{more}"


def _read(listing: Path) -> Iterator[OddInput]:
    for line in listing.read_text(encoding="utf-8").splitlines():
        described = json.loads(line)
        stem = listing.parent / described["name"]
        expected = stem.with_suffix(".npy")
        yield OddInput(
            described["kind"],
            stem.with_suffix(".raw").read_bytes(),
            np.load(expected, allow_pickle=False) if expected.exists() else None,
        )
