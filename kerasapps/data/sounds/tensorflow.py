"""`tf.data.Dataset`s and TFDS data sets of sounds are streamed into files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from kerasapps.config.targets import TargetKind
from kerasapps.data.sounds.arrays import write_sounds
from kerasapps.data.sounds.listing import SoundListing
from kerasapps.data.sounds.materialise import find_sounds, sound_writer
from kerasapps.data.sounds.values import plain_sound
from kerasapps.data.sources.datasets import check_pairs, iterate_pairs
from kerasapps.data.sources.stream_labels import class_names
from kerasapps.data.sources.tfds import (
    find_tfds,
    prepare_tfds,
    tfds_features,
    tfds_label_names,
    tfds_splits,
)


def list_sound_dataset(
    dataset: Any,
    *,
    rate: int | None,
    work_dir: Path,
    kind: TargetKind | None = "class",
    columns: Sequence[str] = (),
) -> SoundListing:
    """Write the sounds of a finite `tf.data.Dataset` to files, one by one, and list them.

    Args:
        dataset: of `(samples, label)`: of rank 1 one sound, of rank 2 a batch; or of encoded
            sounds as strings. The `class_names` of a Keras data set name its classes.
        rate: samples a second.
        work_dir: where the files go.
        kind: what the targets are; None: guessed.
        columns: see `find_form`.

    Raises:
        DataError: if the dataset is endless, empty, or its elements are something else.
    """
    batched = check_pairs(
        dataset, noun="sound", rank=_sound_rank, classes=class_names(dataset) or ()
    )
    return write_sounds(
        iterate_pairs(dataset, batched),
        source=dataset,
        rate=rate,
        work_dir=work_dir,
        what="the tf.data.Dataset",
        kind=kind,
        columns=columns,
    )


def list_sound_tfds(name: str, *, rate: int | None, work_dir: Path) -> SoundListing:
    """Prepare a TFDS data set, keep its sounds as files, and list them.

    The splits train, validation and test are used when they are there; a data set without train is
    pooled and split here. The TFDS folder is that of `TFDS_DATA_DIR`, or TFDS's default.

    Args:
        name: what `tfds.builder` takes: `NAME`, `NAME/config`, `NAME:version`.
        rate: samples a second, where the data set does not say it.
        work_dir: where the files go.

    Raises:
        DataError: if TFDS has no such data set, it is not one of sounds with one label, or their
            rate is not known.
        DependencyError: if tensorflow-datasets is not installed.
    """
    tfds, builder = find_tfds(name)
    key = f"tfds:{builder.info.full_name}:{builder.data_path}:{rate}"
    listing = find_sounds(work_dir, key)
    if listing is not None:
        return listing
    prepare_tfds(builder, name)
    sound_key, label_key = tfds_features(tfds, builder, kind=tfds.features.Audio, noun="sound")
    rate = getattr(builder.info.features[sound_key], "sample_rate", None) or rate
    name_of = tfds_label_names(tfds, builder.info.features[label_key])
    with sound_writer(work_dir) as writer:
        for split, target in tfds_splits(builder).items():
            for number, example in enumerate(_examples(builder, split)):
                what = f"sound {number} of {split}"
                sound = plain_sound(example[sound_key], rate=rate, what=what)
                writer.add(sound, name_of(example[label_key]), target)
        return writer.finish(key=key)


def _examples(builder: Any, split: str) -> Iterator[dict[str, Any]]:
    examples: Iterator[dict[str, Any]] = builder.as_dataset(
        split=split, shuffle_files=False
    ).as_numpy_iterator()
    return examples


def _sound_rank(dtype: Any) -> int:
    return 0 if dtype.name == "string" else 1
