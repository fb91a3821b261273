"""Classes that need not be told apart become one, as in a detector of a few words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kerasapps.data.sounds.config import SILENCE, UNKNOWN, AudioConfig
from kerasapps.data.sounds.listing import BACKGROUND, SoundEntry
from kerasapps.data.splits import label_order
from kerasapps.data.targets.forms import TargetForm
from kerasapps.wording.shortened import shortened


@dataclass(frozen=True)
class Told:
    """Entries, and what is to be said of what was done to them."""

    entries: tuple[SoundEntry, ...]
    guesses: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def pool_entries(
    entries: Sequence[SoundEntry],
    *,
    options: AudioConfig,
    form: TargetForm = TargetForm(),
    all_there: bool = True,
) -> Told:
    """Name the classes that `unknown` or `wanted` pools `UNKNOWN`.

    Args:
        entries: of a source.
        options: which classes are pooled.
        form: what the targets are taken for.
        all_there: whether the data must have all classes that are named, and others.
    """
    if form.kind != "class" and (options.unknown or options.wanted or options.silence):
        return Told(
            tuple(entries),
            errors=("unknown, wanted and silence are of classes: leave them out here",),
        )
    asked, option = (options.unknown, "unknown") if options.unknown else (options.wanted, "wanted")
    if not asked:
        return Told(tuple(entries))
    known = {entry.label for entry in entries} - {BACKGROUND}
    strange = label_order(set(asked) - known)
    if strange and all_there:
        classes = shortened([repr(label) for label in label_order(known)])
        names = ", ".join(map(repr, strange))
        return Told(
            tuple(entries),
            errors=(f"{option} names {names}, and the data has no such class; it has {classes}",),
        )
    kept = {BACKGROUND, SILENCE, UNKNOWN}
    pooled = set(asked) - kept if options.unknown else known - set(asked) - kept
    count = sum(entry.label in pooled for entry in entries)
    said = f"{len(pooled)} classes with {count:,} sounds are pooled as {UNKNOWN}"
    return Told(
        tuple(
            replace(entry, label=UNKNOWN) if entry.label in pooled else entry for entry in entries
        ),
        guesses=(said,),
        errors=()
        if pooled or not all_there
        else (f"{option} leaves no class to pool as {UNKNOWN}",),
    )
