"""Pictures that travel with a bundle are small, and another size than the model's."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image

from kerasapps.preprocess.image import ImageSpec
from kerasapps.recipes.image_classification.samples import MOST_BYTES, sample_png, write_samples


def noise(path: Path, height: int, width: int) -> Path:
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    Image.fromarray(pixels).save(path)
    return path


def size_of(encoded: bytes) -> tuple[int, int]:
    return Image.open(io.BytesIO(encoded)).size


def test_a_large_picture_is_made_small_and_a_small_one_stays(tmp_path: Path) -> None:
    assert size_of(sample_png(noise(tmp_path / "a.png", 300, 100), 60)) == (20, 60)
    assert size_of(sample_png(noise(tmp_path / "b.png", 8, 9), 60)) == (9, 8)


def test_noise_does_not_make_it_large_either(tmp_path: Path) -> None:
    encoded = sample_png(noise(tmp_path / "a.png", 400, 400), 240)
    assert len(encoded) <= MOST_BYTES and size_of(encoded)[0] > 40


def test_they_lie_in_a_folder_of_the_bundle_and_are_the_same_each_time(tmp_path: Path) -> None:
    paths = [noise(tmp_path / "a.png", 50, 70), noise(tmp_path / "b.png", 20, 20)]
    spec = ImageSpec(32, 32, 3)
    samples = write_samples(paths, spec, tmp_path)
    assert [each.shown for each in samples] == ["examples/1.png", "examples/2.png"]
    first = [each.raw.read_bytes() for each in samples]
    assert size_of(first[0]) == (48, 34)
    assert [each.raw.read_bytes() for each in write_samples(paths, spec, tmp_path)] == first
