from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from kerasapps.data.sources.tfds import find_tfds, prepare_tfds, tfds_splits
from kerasapps.errors import DataError


@pytest.mark.parametrize(
    ("names", "splits"),
    [
        ("test train validation", {"train": "train", "validation": "validation", "test": "test"}),
        ("val train extra", {"train": "train", "val": "validation"}),
        ("eval test training dev", {"training": "train", "dev": "validation", "test": "test"}),
        ("train train_extra test1", {"train": "train"}),
        ("test extra", {"test": None, "extra": None}),  # pooled
    ],
)
def test_names_of_tfds_splits(names: str, splits: dict[str, str | None]) -> None:
    builder = SimpleNamespace(info=SimpleNamespace(splits=dict.fromkeys(names.split())))
    assert list(tfds_splits(builder).items()) == list(splits.items())


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_disk_without_room_is_no_fault_of_the_data_set(number: int) -> None:
    class Builder:
        def download_and_prepare(self) -> None:
            raise OSError(number, os.strerror(number), "flowers.tfrecord")

    full = number == errno.ENOSPC
    error, words = (OSError, "No space") if full else (DataError, "TFDS cannot prepare 'flowers'")
    with pytest.raises(error, match=words):
        prepare_tfds(Builder(), "flowers")


def test_a_builder_leaves_nothing_in_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tensorflow_datasets.core import dataset_info

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    asked = "tensorflow_datasets.core.utils.gcs_utils.gcs_dataset_info_files"
    monkeypatch.setattr(asked, lambda name: [])
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "data"))
    _, builder = find_tfds("mnist")
    assert builder.info.features["label"].num_classes == 10
    assert not [*tmp_path.glob("*tfds"), *tmp_path.glob("kerasapps-*")]
    assert dataset_info.tempfile is tempfile
