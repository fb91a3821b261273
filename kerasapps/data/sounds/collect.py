"""Every sound of a source is listened to once: what can be used, and what cannot."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from kerasapps.data.audit import Listed
from kerasapps.data.sounds.config import AudioConfig
from kerasapps.data.sounds.examples import Clip
from kerasapps.data.sounds.groups import group_entries
from kerasapps.data.sounds.inspection import Inspection, inspect_clip
from kerasapps.data.sounds.listing import BACKGROUND, SoundEntry, SoundListing
from kerasapps.data.sounds.pooling import pool_entries
from kerasapps.data.sources.file_listing import BrokenFile
from kerasapps.data.targets.forms import TargetForm

_BLOCK = 32  # sounds that a thread takes at once


@dataclass(frozen=True)
class Sound:
    """An entry and what its inspection showed."""

    entry: SoundEntry
    inspection: Inspection

    @property
    def clip(self) -> Clip:
        """Where it is."""
        return self.entry.clip

    @property
    def label(self) -> str:
        """Its target as a text, such as the name of its class."""
        return self.entry.label

    @property
    def digest(self) -> str:
        """SHA-256 of its samples."""
        return self.inspection.digest

    @property
    def content(self) -> int:
        """64 bits of the digest."""
        return int(self.digest[:16], 16)


@dataclass(frozen=True, eq=False)
class SoundCollection:
    """The usable sounds of a source.

    Attributes:
        sounds: all that have a class, in the order of the source.
        noise: those that are noise without a class.
        broken: all files that cannot be used.
        seen: the splits that entries name, broken ones too; None where one names none.
        guesses: what was guessed of the classes and groups.
        errors: why these cannot be used.
        warnings: what the user should know of them.
        work_dir: where noise is written that is made.
        options: of sounds.
        form: what the targets are taken for.
    """

    sounds: tuple[Sound, ...]
    noise: tuple[Sound, ...]
    broken: Listed[BrokenFile]
    seen: frozenset[str | None]
    guesses: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    work_dir: Path = Path()
    options: AudioConfig = AudioConfig()
    form: TargetForm = TargetForm()

    def __len__(self) -> int:
        return len(self.sounds)


def collect_sounds(
    listing: SoundListing,
    *,
    options: AudioConfig = AudioConfig(),
    work_dir: Path = Path(),
    all_there: bool = True,
) -> SoundCollection:
    """Listen to every sound of a source.

    Args:
        listing: what it holds.
        options: which classes are pooled, and what groups sounds.
        work_dir: where noise is written that is made.
        all_there: see `pool_entries`.
    """
    pooled = pool_entries(listing.entries, options=options, form=listing.form, all_there=all_there)
    grouped = group_entries(pooled.entries, options=options)
    sounds, broken = [], list(listing.broken)
    for sound in _inspect(grouped.entries):
        if sound.inspection.problem is None:
            sounds.append(sound)
        else:
            origin = f" ({sound.entry.origin})" if sound.entry.origin else ""
            broken.append(BrokenFile(sound.clip.path, sound.inspection.problem + origin))
    entries = [entry for entry in listing.entries if entry.label != BACKGROUND]
    return SoundCollection(
        sounds=tuple(sound for sound in sounds if sound.label != BACKGROUND),
        noise=tuple(
            replace(sound, entry=replace(sound.entry, group=None))
            for sound in sounds
            if sound.label == BACKGROUND
        ),
        broken=Listed(len(broken), tuple(broken)),
        seen=frozenset(entry.split for entry in entries),
        guesses=(*pooled.guesses, *grouped.guesses),
        errors=(*pooled.errors, *grouped.errors),
        warnings=(*pooled.warnings, *grouped.warnings),
        work_dir=work_dir,
        options=options,
        form=listing.form,
    )


def _inspect(entries: Sequence[SoundEntry]) -> list[Sound]:
    """Decode each sound once, in threads: numpy and libsndfile release the interpreter lock."""
    blocks = [entries[start : start + _BLOCK] for start in range(0, len(entries), _BLOCK)]
    with ThreadPoolExecutor(max_workers=min(32, os.cpu_count() or 1)) as pool:
        return [sound for block in pool.map(_inspect_block, blocks) for sound in block]


def _inspect_block(entries: Sequence[SoundEntry]) -> list[Sound]:
    return [Sound(entry, inspect_clip(entry.clip)) for entry in entries]
