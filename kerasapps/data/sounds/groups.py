"""Who speaks in each sound, or what else must not be in two splits, and where nobody says so."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from kerasapps.data.sounds.config import AudioConfig
from kerasapps.data.sounds.listing import BACKGROUND, SoundEntry
from kerasapps.data.sounds.pooling import Told
from kerasapps.wording.harmless import printable
from kerasapps.wording.shortened import shortened

_FEW = 20  # sounds, of which nothing is guessed
_BETWEEN = re.compile(r"[_\-. ]+")


def group_entries(entries: Sequence[SoundEntry], *, options: AudioConfig) -> Told:
    """Give each entry its group: that of the table's column, or what the pattern finds in its name.

    Where nobody says who speaks, parts of one file are a group. Files' names that look as if they
    told who speaks are warned of.
    """
    named = [entry for entry in entries if entry.label != BACKGROUND]
    if options.group_pattern is not None:
        return _by_pattern(entries, re.compile(options.group_pattern), options.group_pattern)
    if options.group_column is None:
        return _by_file(entries) or Told(tuple(entries), warnings=_guess(named))
    without = [entry for entry in named if entry.group is None]
    if not without:
        return Told(tuple(entries), guesses=_counted(named))
    warning = (
        f"{len(without)} rows have nothing in {options.group_column!r} (the first: {without[0]}): "
        "each goes its own way"
    )
    return Told(tuple(entries), guesses=_counted(named), warnings=(warning,))


def _by_pattern(entries: Sequence[SoundEntry], pattern: re.Pattern[str], text: str) -> Told:
    grouped, without = [], []
    for entry in entries:
        match = pattern.search(entry.clip.path.name)
        group = match.group(1) if match else None
        grouped.append(replace(entry, group=group or None))
        if not group and entry.label != BACKGROUND:
            without.append(printable(entry.clip.path.name))
    said = f"of the files' names fit group_pattern {text!r} (the first that does not: "
    if not any(entry.group for entry in grouped):
        return Told(tuple(grouped), errors=(f"none {said}{without[0]})",) if without else ())
    warnings = (
        (f"{len(without)} of {len(grouped)} files' names do not fit group_pattern {text!r} (the "
         f"first: {without[0]}): each goes its own way",)
        if without
        else ()
    )  # fmt: skip
    return Told(tuple(grouped), guesses=_counted(grouped), warnings=warnings)


def _by_file(entries: Sequence[SoundEntry]) -> Told | None:
    """Parts of one file as a group; None where no file has several: they sound alike anyway."""
    parts = Counter(
        entry.path
        for entry in entries
        if entry.label != BACKGROUND and (entry.clip.start or entry.clip.end is not None)
    )
    if not parts or max(parts.values()) < 2:
        return None
    grouped = (
        replace(entry, group=str(entry.path)) if entry.path in parts else entry for entry in entries
    )
    guess = f"parts of one file stay in one split where that can be ({len(parts):,} files)"
    return Told(tuple(grouped), guesses=(guess,))


def _counted(entries: Sequence[SoundEntry]) -> tuple[str, ...]:
    names = sorted({entry.group for entry in entries if entry.group is not None})
    return (f"{len(names)} groups: {shortened(names)}",) if names else ()


def _guess(entries: Sequence[SoundEntry]) -> tuple[str, ...]:
    """The warning that names of files may tell who speaks: one part of them, alike in classes."""
    if len(entries) < _FEW:
        return ()
    parts = [_BETWEEN.split(entry.clip.path.stem) for entry in entries]
    width = len(parts[0])
    if width < 2 or any(len(each) != width for each in parts):
        return ()
    for place in range(width):
        labels: dict[str, set[str]] = defaultdict(set)
        for entry, each in zip(entries, parts, strict=True):
            labels[each[place]].add(entry.label)
        several = sum(len(each) > 1 for each in labels.values())
        repeated = 2 <= len(labels) <= len(entries) / 4
        if repeated and several > len(labels) / 2 and not all(map(str.isdigit, labels)):
            pattern = "^" + r"[^_\-. ]+[_\-. ]+" * place + r"([^_\-. ]+)"
            names = shortened(sorted(labels), 4, more=", …")
            return (
                f"the files' names may tell who speaks ({names}): if so, --group-pattern "
                f"'{pattern}' keeps each in one of the splits that are drawn, and names who is in "
                "several; figures of voices that training heard flatter",
            )
    return ()
