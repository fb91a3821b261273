"""The steps of `examine` for sounds."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.data.audit import Audit
from kerasapps.data.checks import check_trainable
from kerasapps.data.examine import Checks
from kerasapps.data.sounds.audit import measure_seconds, sound_audit
from kerasapps.data.sounds.collect import SoundCollection, collect_sounds
from kerasapps.data.sounds.config import SILENCE, AudioConfig
from kerasapps.data.sounds.examples import SoundExamples, SoundSplits
from kerasapps.data.sounds.listing import SoundListing
from kerasapps.data.sounds.oddities import (
    class_warnings,
    odd_rates,
    odd_sounds,
    shared_groups,
)
from kerasapps.data.sounds.placement import (
    SoundPlacement,
    fingerprint,
    place_sounds,
)
from kerasapps.data.sounds.sources import list_sound_source
from kerasapps.data.splits import SPLITS, Splits
from kerasapps.data.targets.audit import audit_targets
from kerasapps.data.targets.targets import Targets

NOUN = "sound"
HOLDER = "file"
PACKING = None
NEAR = None

unread = sound_audit
place = place_sounds


def list_source(data: Any, *, options: AudioConfig, work_dir: Path) -> SoundListing:
    """The sounds of any source; those that are not files yet are written to `work_dir`."""
    return list_sound_source(data, work_dir=work_dir, audio=options)


def collect(listing: SoundListing, *, options: AudioConfig, work_dir: Path) -> SoundCollection:
    """Listen to every sound."""
    return collect_sounds(listing, options=options, work_dir=work_dir)


def check(listing: SoundListing, collection: SoundCollection) -> Checks:
    """Whether there are sounds to train on, and their classes and groups could be told."""
    errors = [*collection.errors, *check_trainable(collection.seen, noun=NOUN)]
    if not len(collection) and not collection.broken.total and not listing.errors:
        errors.append("the data holds no usable sound")
    silent = sum(sound.inspection.silent for sound in collection.sounds)
    if silent and silent == len(collection):
        errors.append("every sound is silent: there is nothing to learn from")
    warnings = (*listing.warnings, *collection.warnings, *_class_warnings(collection))
    return Checks(errors, warnings)


def _class_warnings(collection: SoundCollection) -> list[str]:
    return class_warnings(collection.sounds) if collection.form.kind == "class" else []


def audit(
    source: str,
    listing: SoundListing,
    collection: SoundCollection,
    placement: SoundPlacement,
    *,
    options: AudioConfig,
) -> Audit:
    """What was found in sounds."""
    sounds = placement.sounds
    trained = [each for each in sounds if each.entry.split == "train" and each.label != SILENCE]
    heard = [each.inspection for each in trained]
    groups = {
        split: len({s.entry.group for s in sounds if s.entry.split == split} - {None})
        for split in SPLITS
    }
    return sound_audit(
        source,
        targets=audit_targets(
            placement.targets,
            Targets.of([each.label for each in sounds], collection.form),
            np.array([SPLITS.index(each.entry.split or "train") for each in sounds], np.int8),
            lambda place: str(sounds[place].entry),
            noun="Sounds",
        ),
        seconds=measure_seconds(np.array([each.seconds for each in heard])),
        rates=dict(Counter(each.rate for each in heard).most_common()),
        channels=dict(Counter(each.channels for each in heard).most_common()),
        formats=dict(Counter(each.format for each in heard).most_common()),
        groups=groups if any(groups.values()) else {},
        guesses=(*listing.guesses, *collection.guesses),
        broken=collection.broken.first,
        duplicates=placement.duplicates,
        copies=placement.copies,
        conflicts=placement.conflicts,
        shared=shared_groups(sounds),
        silent=odd_sounds(sounds, lambda s: s.silent, lambda s: f"peak {s.peak:.2g}"),
        clipped=odd_sounds(
            sounds, lambda s: s.is_clipped, lambda s: f"{s.clipped:.1%} of the samples at the end"
        ),
        offset=odd_sounds(sounds, lambda s: s.has_offset, lambda s: f"mean {s.offset:+.3f}"),
        cancelled=odd_sounds(
            sounds,
            lambda s: s.cancels,
            lambda s: f"loudness {s.loudness:.2g}, and {s.loudest:.2g} of the channels",
        ),
        odd_rates=odd_rates(sounds),
    )


def split(collection: SoundCollection, placement: SoundPlacement, audit: Audit) -> SoundSplits:
    """The sounds of each split; their answers are those that training has."""
    placed = placement.targets
    grouped = any(sound.entry.group is not None for sound in placement.sounds)

    def examples(split: str) -> SoundExamples:
        sounds = [each for each in placement.sounds if each.entry.split == split]
        answers = placed.answers(Targets.of([each.label for each in sounds], collection.form))
        return SoundExamples(
            clips=tuple(sound.clip for sound in sounds),
            labels=answers.astype(np.int64) if placed.target.kind == "class" else answers,
            contents=np.array([sound.content for sound in sounds], np.uint64),
            origins=tuple(sound.entry.origin for sound in sounds),
            groups=tuple(sound.entry.group for sound in sounds) if grouped else None,
            seconds=np.array([sound.inspection.seconds for sound in sounds]),
            noise=placement.noise if split == "train" else (),
        )

    train, validation, test = map(examples, SPLITS)
    return Splits(
        placed.labels,
        train,
        validation,
        test,
        audit,
        fingerprint(placement.sounds),
        placed.target,
    )
