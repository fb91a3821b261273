"""Pictures decoded for each batch are those that were decoded once."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from kerasapps.data.images.examples import PictureExamples
from kerasapps.data.sources.places import ShardPlace
from kerasapps.errors import DataError
from kerasapps.preprocess.cache import decode_all, decode_variants
from kerasapps.preprocess.image import ImageSpec
from kerasapps.preprocess.picture_rows import StreamedVariants, stream_pictures
from kerasapps.preprocess.pipeline import evaluation_batches, told_by_readers, training_batches
from kerasapps.preprocess.variation import Variation
from kerasapps.shards import FORMATS
from kerasapps.start import Share, Start
from kerasapps.streamed import StreamedArray

SPEC = ImageSpec(6, 5, 3)
COUNT = 37
LABELS = np.arange(COUNT) % 3


def pictures() -> list[bytes]:
    encoded = []
    for number in range(COUNT):
        noise = np.random.default_rng(number).integers(0, 256, (9, 8, 3), dtype=np.uint8)
        stream = io.BytesIO()
        Image.fromarray(noise).save(stream, "PNG")
        encoded.append(stream.getvalue())
    return encoded


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> PictureExamples:
    folder = tmp_path_factory.mktemp("files")
    for number, encoded in enumerate(pictures()):
        (folder / f"{number:02d}.png").write_bytes(encoded)
    return PictureExamples(tuple(sorted(folder.iterdir())), tuple(LABELS))


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> PictureExamples:
    """The same in two shards, in which they lie in no order."""
    folder, places = tmp_path_factory.mktemp("shards"), {}
    for half in range(2):
        file = folder / f"{half}.tfrecord"
        mixed = np.random.default_rng(half).permutation(np.arange(half, COUNT, 2)).tolist()
        with FORMATS["tfrecord"].write(file) as writer:
            for place, number in enumerate(mixed):
                at = writer.add({"image": pictures()[number]})
                places[number] = ShardPlace(file, *at, place, "image")
    return PictureExamples([places[number] for number in range(COUNT)], tuple(LABELS))


def in_memory(examples: PictureExamples) -> np.ndarray:
    return decode_all(examples, SPEC, budget_bytes=10**6, folder=Path("no"), name="train")


def streamed(examples: PictureExamples, budget: int = 0) -> Any:
    return decode_all(
        examples, SPEC, budget_bytes=budget, folder=Path("no"), name="train", on_disk=False
    )


def batches(inputs: Any, count: int, **options: Any) -> list[tuple[np.ndarray, np.ndarray]]:
    given: dict[str, Any] = {"num_classes": 3, "batch_size": 8, "seed": 2, **options}
    dataset = training_batches(inputs, LABELS, **given)
    return [*dataset.take(count).as_numpy_iterator()]


def assert_equal(found: Any, expected: Any) -> None:
    for one, other in zip(found, expected, strict=True):
        for a, b in zip(one, other, strict=True):
            np.testing.assert_array_equal(a, b)


def test_files_are_shown_as_from_memory(files: PictureExamples) -> None:
    whole, inputs = in_memory(files), streamed(files, budget=10 * 90)
    assert isinstance(inputs, StreamedArray) and inputs.nbytes == 900
    assert isinstance(streamed(files, budget=COUNT * 90), np.ndarray)  # what has room is no stream
    assert_equal(batches(inputs, 7), batches(whole, 7))
    start = Start(1, 2, Share(1, 2))
    assert_equal(batches(inputs, 2, start=start), batches(whole, 2, start=start))
    once = [
        [*evaluation_batches(each, LABELS, num_classes=3, batch_size=8).as_numpy_iterator()]
        for each in (inputs, whole)
    ]
    assert_equal(*once)


def test_records_of_shards_are_shown_block_by_block(shards: PictureExamples) -> None:
    whole, inputs = in_memory(shards), streamed(shards)
    shown = batches(inputs, 10)
    for x, y in shown:
        rows = [int(np.flatnonzero((whole == picture).all((1, 2, 3)))[0]) for picture in x]
        assert LABELS[rows].tolist() == y.argmax(1).tolist()
    for epoch in (shown[:5], shown[5:]):
        seen = np.concatenate([x for x, _ in epoch])
        assert len(np.unique(seen, axis=0)) == COUNT
    assert_equal(batches(inputs, 4, start=Start(1, 1)), shown[6:])
    share = batches(inputs, 5, start=Start(0, 0, Share(0, 2)))
    assert {len(x) for x, _ in share} == {4}


def test_variants_are_those_that_were_decoded_once(files: PictureExamples, tmp_path: Path) -> None:
    variation = Variation(resampling=True, jpeg=30, seed=4)
    once = decode_variants(
        files, SPEC, variation=variation, count=3, budget_bytes=10**6, folder=tmp_path, name="train"
    )
    inputs = stream_pictures(files.paths, SPEC)
    variants: Any = StreamedVariants(inputs, variation, count=3)
    assert variants.shape == once.shape and len(variants) == 3
    whole = batches(once[0], 3, variants=once)
    assert_equal(batches(inputs, 3, variants=variants), whole)
    assert any((x != y).any() for (x, _), (y, _) in zip(whole, batches(once[0], 3), strict=True))


@pytest.mark.parametrize("content", [b"no picture", None])
def test_a_picture_that_went_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "shot.png"
    if content is not None:
        file.write_bytes(content)
    inputs: Any = stream_pictures([file] * 4, SPEC)
    variants: Any = StreamedVariants(inputs, Variation(jpeg=30), count=2)
    for options in ({}, {"variants": variants}):
        given: dict[str, Any] = {"num_classes": 1, "batch_size": 2, "seed": 0, **options}
        stream = iter(training_batches(inputs, [0] * 4, **given))
        with pytest.raises(DataError, match=r"shot\.png"), told_by_readers():
            next(stream)
    with pytest.raises(tf.errors.InvalidArgumentError), told_by_readers():
        tf.debugging.assert_equal(1, 2)
