"""What is odd about single sounds, and about classes and groups of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from kerasapps.data.sounds.audit import Oddity, Shared
from kerasapps.data.sounds.collect import Sound
from kerasapps.data.sounds.config import SILENCE
from kerasapps.data.sounds.inspection import Inspection
from kerasapps.data.splits import SPLITS, label_order
from kerasapps.data.targets.kinds import shown

_NEARLY_ALL = 0.95  # of the sounds, whose rate is the usual one
_MOSTLY = 0.9  # of a class, whose rate it is
_FEW = 5  # sounds of a class, of which nothing is said


def odd_sounds(
    sounds: Sequence[Sound], odd: Callable[[Inspection], bool], figure: Callable[[Inspection], str]
) -> tuple[Oddity, ...]:
    """The sounds that are odd in one way.

    Args:
        sounds: in use.
        odd: whether one is.
        figure: what says so.
    """
    return tuple(
        Oddity(str(each.entry), shown(each.label), figure(each.inspection))
        for each in sounds
        if each.label != SILENCE and odd(each.inspection)
    )


def odd_rates(sounds: Sequence[Sound]) -> tuple[Oddity, ...]:
    """The sounds of another rate than nearly all have: their headers may be wrong."""
    rates = Counter(each.inspection.rate for each in sounds if each.label != SILENCE)
    if len(rates) < 2:
        return ()
    usual, count = rates.most_common(1)[0]
    if count < _NEARLY_ALL * rates.total():
        return ()
    return odd_sounds(
        sounds,
        lambda heard: heard.rate != usual,
        lambda heard: f"{heard.rate:,} samples a second, and nearly all have {usual:,}",
    )


def shared_groups(sounds: Sequence[Sound]) -> tuple[Shared, ...]:
    """Groups that are in several splits: of sounds in use."""
    splits: dict[str, Counter[str]] = defaultdict(Counter)
    for each in sounds:
        if each.entry.group is not None:
            splits[each.entry.group][each.entry.split or ""] += 1
    return tuple(
        Shared(group, tuple(split for split in SPLITS if split in counts), counts.total())
        for group, counts in sorted(splits.items())
        if len(counts) > 1
    )


def class_warnings(sounds: Sequence[Sound]) -> list[str]:
    """What a model may tell a class by, that is not what it should listen to."""
    groups: dict[str, set[str | None]] = defaultdict(set)
    rates: dict[str, Counter[int]] = defaultdict(Counter)
    for each in sounds:
        if each.label != SILENCE:
            groups[each.label].add(each.entry.group)
            rates[each.label][each.inspection.rate] += 1
    every = {group for each in groups.values() for group in each} - {None}
    lonely = [
        f"class {label!r} has one group only, {next(iter(groups[label]))!r}: a model may know the "
        "class by it, and not by what is said"
        for label in label_order(set(groups))
        if len(every) > 1 and len(groups[label]) == 1 and None not in groups[label]
    ]
    usual = {
        label: each.most_common(1)[0][0]
        for label, each in rates.items()
        if each.total() >= _FEW and each.most_common(1)[0][1] >= _MOSTLY * each.total()
    }
    if len(set(usual.values())) < 2:
        return lonely
    common, _ = Counter(usual.values()).most_common(1)[0]
    other = ", ".join(
        f"{label!r} ({usual[label]:,})"
        for label in label_order(set(usual))
        if usual[label] != common
    )
    return [
        *lonely,
        f"classes of other samples a second than the {common:,} of the others: {other}; a model "
        "may know them by their bandwidth: give --sample-rate the lowest of them",
    ]
