from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from kerasapps.config import LoadConfig
from kerasapps.data.images.decode import decode_image
from kerasapps.data.images.materialise import find_pictures, picture_writer
from kerasapps.data.splits import Splits
from kerasapps.errors import DataError
from tests.data.loading import audit_images, load_images
from tests.data.pictures import pixels, write_picture


def load(data: Any, work: Path) -> Splits:
    return load_images(data, config=LoadConfig(), seed=0, work_dir=work)


def reason(data: Any, work: Path) -> str:
    """The only error of the audit; loading raises the same."""
    (error,) = audit_images(data, config=LoadConfig(), seed=0, work_dir=work).errors
    with pytest.raises(DataError) as caught:
        load(data, work)
    assert str(caught.value) == error
    return error


def content(splits: Splits) -> dict[str, str]:
    """Label by first pixels, over all splits: to compare with what went in."""
    return {
        decode_image(path, 3).tobytes().hex(): splits.labels[label]
        for split in (splits.train, splits.validation, splits.test)
        for path, label in zip(split.paths, split.labels, strict=True)
    }


class TestArrays:
    images = np.stack([pixels(number) for number in range(24)])

    @pytest.mark.parametrize(
        "kind", ["uint8", "unit", "float255", "int64", "uint16", "list", "grey"]
    )
    def test_every_kind_keeps_its_pixels(self, work: Path, kind: str) -> None:
        given: Any = {
            "uint8": self.images,
            "unit": (self.images / 255).astype(np.float32),
            "float255": self.images.astype(np.float64),
            "int64": self.images.astype(np.int64),
            "uint16": self.images.astype(np.uint16) * 257,
            "grey": self.images[..., 0],
            "list": [image[: 5 + number % 3] for number, image in enumerate(self.images)],
        }[kind]
        labels = [f"class {number % 2}" for number in range(24)]
        splits = load((given, labels), work)
        want = self.images
        if kind == "grey":
            want = np.repeat(self.images[..., :1], 3, -1)
        expected = given if kind == "list" else want
        assert content(splits) == {
            image.tobytes().hex(): label for image, label in zip(expected, labels, strict=True)
        }

    def test_files_named_in_memory(self, tmp_path: Path, work: Path) -> None:
        files = [write_picture(tmp_path / f"{number}.png", number) for number in range(24)]
        labels = ["ab"[number % 2] for number in range(24)]
        expected = {pixels(number).tobytes().hex(): label for number, label in enumerate(labels)}
        names = [str(file) for file in files]
        for given in (files, names, np.array(names), np.array(files), tuple(names)):
            assert content(load((given, labels), work)) == expected
        mixed = [Image.fromarray(pixels(0)), files[1].read_bytes(), *files[2:]]
        assert content(load((mixed, labels), work)) == expected
        assert "cannot read" in reason(([*mixed[:-1], tmp_path / "gone.png"], labels), work)

    def test_number_labels_are_in_numeric_order(self, work: Path) -> None:
        labels = np.repeat([2, 10, -1, 0], 6)[:, np.newaxis]
        assert load((self.images, labels), work).labels == ("-1", "0", "2", "10")
        mixed = np.repeat(["b", "10", "2"], 8)
        assert load((self.images, mixed), work).labels == ("10", "2", "b")

    @pytest.mark.parametrize(
        ("images", "labels", "part"),
        [
            (images, [0] * 23, "24 pictures but 23 labels"),
            (images, np.eye(24), "numpy.argmax"),
            (images[:0], [], "there are no pictures"),
            (images, np.arange(24) * 1j, "labels have dtype complex128"),
            (images[0], [0] * 10, "at least two classes"),
            (np.moveaxis(images, -1, 1), [0] * 24, "channels come first"),
            (images / 127.5 - 1, [0] * 24, "undo any normalisation"),
            (images * np.nan, [0] * 24, "nan"),
            (images.astype(int) * 2, [0] * 24, "expected 0..255"),
            (images.astype(complex), [0] * 24, "dtype complex"),
            (images.astype("M8[s]"), [0] * 24, "dtype datetime64[s]"),
            (images, np.zeros((24, 2, 2)), "labels have shape (24, 2, 2)"),
            (images // 16, [0] * 24, "the pictures have values from 0 to 15 only"),
            (images.astype(np.uint16), [0] * 24, "pixels.astype('uint8')"),
            ("photos/*.png", [0] * 12, "images are a str: expected a sequence of a file"),
            (b"photos", [0] * 6, "images are a bytes"),
            (3, [0] * 24, "images are a int"),
            ([[[1, 2], [3, 4]]], [0], "picture 0 is a list: make an array"),
            (np.zeros((4, 2)), [0] * 4, "images have shape (4, 2)"),
            (images, ["", *"a" * 23], "example 0: the label is missing"),
        ],
    )
    def test_what_does_not_fit(self, work: Path, images: Any, labels: Any, part: str) -> None:
        assert part in reason((images, labels), work)
        assert not list(work.glob("*")) or part.startswith("at least")

    def test_written_once(self, work: Path) -> None:
        first = load((self.images, [0, 1] * 12), work)
        assert len(list(work.iterdir())) == 1
        stamp = first.train.paths[0].stat().st_mtime_ns
        assert load((self.images, [0, 1] * 12), work) == first
        assert first.train.paths[0].stat().st_mtime_ns == stamp
        load((self.images, [1, 0] * 12), work)
        assert len(list(work.iterdir())) == 2
        first.train.paths[0].unlink()  # incomplete: written again
        assert load((self.images, [0, 1] * 12), work) == first

    def test_a_killed_run_leaves_nothing_that_is_used(self, work: Path) -> None:
        killed = picture_writer(work).__enter__()
        killed.add(self.images[0], "a", None)
        (leftover,) = work.iterdir()
        assert find_pictures(work, "key") is None
        with picture_writer(work) as writer:
            assert not leftover.exists()
            writer.add(self.images[0], "a", "test")
            listing = writer.finish(key="key")
        found = find_pictures(work, "key")
        assert found is not None and [*found.entries] == [*listing.entries]
        assert [(entry.label, entry.split) for entry in listing.entries] == [("a", "test")]

    def test_digits(self, work: Path) -> None:
        splits = load("builtin:digits", work)
        assert splits.labels == tuple("0123456789")
        assert [len(splits.train), len(splits.validation), len(splits.test)] == [1259, 179, 359]
        every = np.stack([decode_image(path, 1) for path in splits.test.paths])
        assert every.shape == (359, 8, 8, 1) and every.max() == 255 and every.min() == 0
        from sklearn.datasets import load_digits

        ours = (
            np.concatenate(
                [
                    np.bincount(part.labels)
                    for part in (splits.train, splits.validation, splits.test)
                ]
            )
            .reshape(3, 10)
            .sum(0)
        )
        assert ours.tolist() == np.bincount(load_digits().target).tolist()
