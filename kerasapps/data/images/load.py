"""The entry to `data`: whatever holds pictures becomes audited splits."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.config import ImageConfig, LoadConfig
from kerasapps.data.audit import Audit, Listed
from kerasapps.data.checks import check_broken, check_emptied, check_trainable, raise_reasons
from kerasapps.data.classes import check_classes
from kerasapps.data.images.audit import Conversion, Duplicate, measure_sizes, picture_audit
from kerasapps.data.images.decode import SIXTEEN_BIT, Inspection, inspect_image
from kerasapps.data.images.examples import ImageSplits, PictureExamples
from kerasapps.data.images.listing import BrokenFile, Entry, PictureListing
from kerasapps.data.images.pixels import PixelScale, refuse_faint
from kerasapps.data.images.sources import list_picture_source
from kerasapps.data.images.splits import Picture, assign_splits, drop_duplicates, fingerprint
from kerasapps.data.sources.forms import describe_source
from kerasapps.data.splits import SPLITS, Splits, label_order
from kerasapps.errors import DataError

Progress = Callable[[int, int], None]
_BLOCK = 32  # pictures a thread examines before it reports


def load_images(
    data: Any,
    *,
    config: LoadConfig,
    seed: int,
    work_dir: Path,
    image: ImageConfig = ImageConfig(),
    progress: Progress | None = None,
) -> ImageSplits:
    """Audited splits of whatever holds pictures and labels.

    Args:
        data: a folder of class folders, with or without train/val/test above them; a CSV, TSV,
            JSONL or Parquet file that names pictures, or a folder with such tables; `(images,
            labels)`; a pandas DataFrame, a pyarrow Table or a list of mappings; a
            `tf.data.Dataset` of `(image, label)`; `"tfds:NAME[/config]"`; `"builtin:digits"`.
        config: split sizes and what to tolerate.
        seed: of the splits that the data does not have.
        work_dir: where pictures that are not files yet are written; nothing else is touched.
        image: which columns of a table to take.
        progress: called with (pictures examined, pictures in all).

    Raises:
        DataError: with every reason why the data cannot be used.
    """
    audit, splits = _examine(
        data, config=config, image=image, seed=seed, work_dir=work_dir, progress=progress
    )
    if splits is None:
        raise_reasons(audit.source, audit.errors)
    return splits


def audit_images(
    data: Any,
    *,
    config: LoadConfig,
    seed: int,
    work_dir: Path,
    image: ImageConfig = ImageConfig(),
    progress: Progress | None = None,
) -> Audit:
    """What `load_images` finds in the same data; bad data fills `errors` and never raises."""
    return _examine(
        data, config=config, image=image, seed=seed, work_dir=work_dir, progress=progress
    )[0]


def _examine(
    data: Any,
    *,
    config: LoadConfig,
    image: ImageConfig,
    seed: int,
    work_dir: Path,
    progress: Progress | None,
) -> tuple[Audit, ImageSplits | None]:
    source = describe_source(data)
    try:
        listing = list_picture_source(data, work_dir=work_dir, image=image)
    except DataError as error:
        return replace(picture_audit(source), errors=(str(error),)), None
    pictures, broken = _inspect(listing, progress)
    kept, duplicates, copies, conflicts = drop_duplicates(pictures)
    placed, errors = assign_splits(kept, config=config, seed=seed)
    classes = check_classes(_count(placed), config=config, noun="picture")
    placed = [picture for picture in placed if picture.entry.label not in classes.unknown]
    counts = _count(placed)
    seen = {entry.split for entry in listing.entries}
    lost = seen - {picture.entry.split for picture in kept}
    where = {picture.entry.path: picture.entry.split or "" for picture in placed}
    audit = picture_audit(
        source,
        counts=counts,
        sizes=measure_sizes([(p.inspection.width, p.inspection.height) for p in placed]),
        guesses=listing.guesses,
        broken=broken,
        duplicates=duplicates,
        copies=[_placed(copy, where) for copy in copies],
        conflicts=conflicts,
        conversions=[
            Conversion(p.entry.path, *note) for p in placed for note in p.inspection.notes
        ],
    )
    audit = replace(
        audit,
        errors=(
            *listing.errors,
            *_check_broken(broken, listing, config),
            *check_trainable(seen, noun="picture"),
            *_check_scale(pictures),
            *check_emptied(lost, noun="picture"),
            *errors,
            *classes.errors,
        ),
        warnings=(*listing.warnings, *classes.warnings),
    )
    return audit, None if audit.errors else _splits(placed, audit)


def _inspect(
    listing: PictureListing, progress: Progress | None
) -> tuple[list[Picture], list[BrokenFile]]:
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


def _check_broken(
    broken: Sequence[BrokenFile], listing: PictureListing, config: LoadConfig
) -> list[str]:
    return check_broken(
        Listed(len(broken), tuple(broken)),
        len(listing.entries) + len(listing.broken) - len(broken),
        noun="file",
        max_broken=config.max_broken,
    )


def _check_scale(pictures: Sequence[Picture]) -> list[str]:
    """The errors for files whose values, all taken together, leave most of their range unused."""
    scale = PixelScale()
    wide = [p.inspection.high for p in pictures if SIXTEEN_BIT in p.inspection.notes]
    try:
        if wide:
            what = f"{len(wide)} of {len(pictures)} pictures"
            refuse_faint(max(wide) * 256 + 255, what=what, whole_source=True)
        if pictures:
            scale.fit(np.array([p.inspection.high for p in pictures], np.uint8))
            scale.check("the pictures")
    except DataError as error:
        return [str(error)]
    return []


def _count(pictures: Sequence[Picture]) -> dict[str, dict[str, int]]:
    tally = Counter((p.entry.split, p.entry.label) for p in pictures)
    order = label_order({p.entry.label for p in pictures})
    return {
        split: {label: tally[split, label] for label in order if tally[split, label]}
        for split in SPLITS
    }


def _splits(pictures: Sequence[Picture], audit: Audit) -> ImageSplits:
    labels = label_order(set(audit.counts["train"]))
    index = {label: number for number, label in enumerate(labels)}

    def examples(split: str) -> PictureExamples:
        chosen = [picture for picture in pictures if picture.entry.split == split]
        return PictureExamples(
            tuple(picture.entry.path for picture in chosen),
            tuple(index[picture.entry.label] for picture in chosen),
            np.array([picture.content for picture in chosen], np.uint64),
        )

    return Splits(
        labels,
        examples("train"),
        examples("validation"),
        examples("test"),
        audit,
        fingerprint(pictures),
    )
