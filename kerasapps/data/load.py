"""The entry to `data`: whatever holds pictures becomes audited splits."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from kerasapps.config import LoadConfig
from kerasapps.data.audit import Audit, Duplicate, Note, measure_sizes
from kerasapps.data.decode import Inspection, inspect_image, printable
from kerasapps.data.examples import (
    SPLITS,
    BrokenFile,
    Entry,
    Examples,
    Listing,
    Splits,
    label_order,
)
from kerasapps.data.sources import describe_source, list_source
from kerasapps.data.splits import Picture, assign_splits, drop_duplicates, fingerprint
from kerasapps.errors import DataError

Progress = Callable[[int, int], None]
_BLOCK = 32  # pictures a thread examines before it reports


def load_images(
    data: Any,
    *,
    config: LoadConfig,
    seed: int,
    work_dir: Path,
    progress: Progress | None = None,
) -> Splits:
    """Audited splits of whatever holds pictures and labels.

    Args:
        data: a folder of class folders, with or without train/val/test above them; a CSV file
            `path,label[,split]`; `(images, labels)`; a `tf.data.Dataset` of `(image, label)`;
            `"tfds:NAME[/config]"`; `"builtin:digits"`.
        config: split sizes and what to tolerate.
        seed: of the splits that the data does not have.
        work_dir: where pictures that are not files yet are written; nothing else is touched.
        progress: called with (pictures examined, pictures in all).

    Raises:
        DataError: with every reason why the data cannot be used.
    """
    audit, splits = _examine(data, config, seed, work_dir, progress)
    if splits is None:
        reasons = "\n".join(f"- {reason}" for reason in audit.errors)
        raise DataError(
            audit.errors[0]
            if len(audit.errors) == 1
            else f"{audit.source} cannot be used for {len(audit.errors)} reasons:\n{reasons}"
        )
    return splits


def audit_images(
    data: Any,
    *,
    config: LoadConfig,
    seed: int,
    work_dir: Path,
    progress: Progress | None = None,
) -> Audit:
    """What `load_images` finds in the same data; bad data fills `errors` and never raises."""
    return _examine(data, config, seed, work_dir, progress)[0]


def _examine(
    data: Any, config: LoadConfig, seed: int, work_dir: Path, progress: Progress | None
) -> tuple[Audit, Splits | None]:
    source = describe_source(data)
    try:
        listing = list_source(data, work_dir=work_dir)
    except DataError as error:
        return Audit(source, errors=(str(error),)), None
    pictures, broken = _inspect(listing, progress)
    kept, duplicates, copies, conflicts = drop_duplicates(pictures)
    placed, errors = assign_splits(kept, config=config, seed=seed)
    placed, class_errors, warnings = _check_classes(placed, config)
    where = {picture.entry.path: picture.entry.split or "" for picture in placed}
    audit = Audit(
        source,
        counts=_count(placed),
        imbalance=_imbalance(placed),
        sizes=measure_sizes([(p.inspection.width, p.inspection.height) for p in placed]),
        broken=tuple(broken),
        duplicates=tuple(duplicates),
        copies=tuple(_placed(copy, where) for copy in copies),
        conflicts=tuple(conflicts),
        notes=tuple(Note(p.entry.path, *note) for p in placed for note in p.inspection.notes),
        errors=(
            *listing.errors,
            *_check_broken(broken, listing, config),
            *_check_emptied(listing, kept),
            *errors,
            *class_errors,
        ),
        warnings=(*listing.warnings, *warnings),
    )
    return audit, None if audit.errors else _splits(placed, audit)


def _inspect(listing: Listing, progress: Progress | None) -> tuple[list[Picture], list[BrokenFile]]:
    """Decode every picture once, in threads: Pillow releases the interpreter lock."""
    pictures, broken = [], list(listing.broken)
    total = len(listing.entries)
    with ThreadPoolExecutor(max_workers=min(32, os.cpu_count() or 1)) as pool:
        blocks = [listing.entries[i : i + _BLOCK] for i in range(0, total, _BLOCK)]
        done = 0
        for block in pool.map(_inspect_block, blocks):
            for entry, inspection in block:
                if inspection.problem is None:
                    pictures.append(Picture(entry, inspection))
                else:
                    origin = f" ({entry.origin})" if entry.origin else ""
                    broken.append(BrokenFile(entry.path, inspection.problem + origin))
            done += len(block)
            if progress is not None:
                progress(done, total)
    return pictures, broken


def _inspect_block(entries: Sequence[Entry]) -> list[tuple[Entry, Inspection]]:
    return [(entry, inspect_image(entry.path)) for entry in entries]


def _placed(copy: Duplicate, where: Mapping[Path, str]) -> Duplicate:
    """Copies within a split are found before the data is split: say where they went."""
    return replace(copy, kept_split=where.get(copy.kept, ""), copy_split=where.get(copy.copy, ""))


def _check_broken(broken: Sequence[BrokenFile], listing: Listing, config: LoadConfig) -> list[str]:
    total = len(listing.entries) + len(listing.broken)
    if not broken or len(broken) <= config.max_broken * total:
        return []
    shown = "; ".join(f"{printable(file.path)}: {file.reason}" for file in broken[:5])
    more = f"; and {len(broken) - 5} more" if len(broken) > 5 else ""
    return [
        f"{len(broken)} of {total} files ({len(broken) / total:.1%}) are broken, more than the "
        f"{config.max_broken:.1%} that max_broken allows: mend or remove them, or raise max_broken."
        f" {shown}{more}"
    ]


def _check_emptied(listing: Listing, kept: Sequence[Picture]) -> list[str]:
    """A split that the data has must not be quietly replaced by pictures taken from training."""
    left = {picture.entry.split for picture in kept}
    lost = {entry.split for entry in listing.entries} - left
    return [
        f"no usable picture is left{f' in {split}' if split else ''}: all are broken, or also in a "
        "more protected split"
        for split in sorted(lost, key=str)
    ]


def _check_classes(
    pictures: list[Picture], config: LoadConfig
) -> tuple[list[Picture], list[str], list[str]]:
    """Compare the classes of the splits with those of training.

    Returns:
        The pictures of classes that training knows; errors; warnings.
    """
    if not pictures:  # said elsewhere, with the reason
        return [], [], []
    errors: list[str] = []
    warnings: list[str] = []
    counts = _count(pictures)
    known = set(counts["train"])
    unknown: set[str] = set()
    for split in ("validation", "test"):
        for label, number in counts[split].items():
            if label not in known:
                unknown.add(label)
                what = f"class {label!r} is in {split} ({number} pictures) but not in train"
                if config.unknown_classes == "error":
                    errors.append(
                        f"{what}: add pictures of it to train, or set "
                        "unknown_classes to skip to leave it out"
                    )
                else:
                    warnings.append(f"{what}: its pictures are left out")
        if counts[split]:
            for label in label_order(known - set(counts[split])):
                warnings.append(
                    f"class {label!r} has no pictures in {split}: it is not judged there"
                )
    kept = [picture for picture in pictures if picture.entry.label not in unknown]
    if len(known) < 2:
        names = ", ".join(repr(label) for label in label_order(known)) or "none"
        errors.append(f"a classifier needs at least two classes, found {len(known)}: {names}")
    if known and config.unknown_classes == "skip":
        left = _count(kept)
        errors += [
            f"{split} has no picture of a class that train has"
            for split in SPLITS
            if counts[split] and not left[split]
        ]
    return kept, errors, warnings


def _count(pictures: Sequence[Picture]) -> dict[str, dict[str, int]]:
    tally = Counter((p.entry.split, p.entry.label) for p in pictures)
    order = label_order({p.entry.label for p in pictures})
    return {
        split: {label: tally[split, label] for label in order if tally[split, label]}
        for split in SPLITS
    }


def _imbalance(pictures: Sequence[Picture]) -> float:
    train = _count(pictures)["train"].values()
    return max(train) / min(train) if train else 1.0


def _splits(pictures: Sequence[Picture], audit: Audit) -> Splits:
    labels = label_order(set(audit.counts["train"]))
    index = {label: number for number, label in enumerate(labels)}

    def examples(split: str) -> Examples:
        entries: list[Entry] = [p.entry for p in pictures if p.entry.split == split]
        return Examples(
            tuple(entry.path for entry in entries), tuple(index[entry.label] for entry in entries)
        )

    return Splits(
        labels,
        examples("train"),
        examples("validation"),
        examples("test"),
        audit,
        fingerprint(pictures),
    )
