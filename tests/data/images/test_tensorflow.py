from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from kerasapps.config import ImageConfig, LoadConfig
from kerasapps.data.images.decode import decode_image
from kerasapps.data.splits import Splits, Target
from kerasapps.errors import DataError
from tests.data.loading import audit_images, load_images
from tests.data.pictures import pixels, write_picture

IMAGES = np.stack([pixels(number) for number in range(24)])
LABELS = np.arange(24) % 2


def load(data: Any, work: Path, **options: Any) -> Splits:
    return load_images(
        data, image=ImageConfig(**options), config=LoadConfig(), seed=0, work_dir=work
    )


def content(splits: Splits) -> dict[bytes, str]:
    return {
        decode_image(path, 3).tobytes(): splits.labels[label]
        for split in (splits.train, splits.validation, splits.test)
        for path, label in zip(split.paths, split.labels, strict=True)
    }


EXPECTED = {image.tobytes(): str(label) for image, label in zip(IMAGES, LABELS, strict=True)}


@pytest.mark.parametrize(
    "kind", ["single", "batched", "float", "unknown rank", "encoded", "column"]
)
def test_dataset_pictures_come_through(work: Path, tmp_path: Path, kind: str) -> None:
    dataset = tf.data.Dataset.from_tensor_slices((IMAGES, LABELS))
    if kind == "batched":
        dataset = dataset.batch(7)
    if kind == "float":
        dataset = dataset.map(lambda x, y: (tf.cast(x, tf.float32) / 255, y)).batch(5)
    if kind == "unknown rank":
        dataset = tf.data.Dataset.from_generator(
            lambda: zip(IMAGES, LABELS, strict=True),
            output_signature=(tf.TensorSpec(None, tf.uint8), tf.TensorSpec(None, tf.int64)),
        )
    if kind == "encoded":
        files = [write_picture(tmp_path / f"{n}.png", n).read_bytes() for n in range(24)]
        dataset = tf.data.Dataset.from_tensor_slices((files, LABELS)).batch(4)
    if kind == "column":
        dataset = tf.data.Dataset.from_tensor_slices((IMAGES, LABELS[:, np.newaxis])).batch(4)
    assert content(load(dataset, work)) == EXPECTED


def test_dataset_order_does_not_matter(work: Path) -> None:
    dataset = tf.data.Dataset.from_tensor_slices((IMAGES, LABELS.astype(str)))
    first = load(dataset, work)
    again = load(dataset.shuffle(24, seed=3), work)
    assert first.fingerprint == again.fingerprint
    assert [path.name for path in work.iterdir()] == [first.train.paths[0].parents[1].name]


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (lambda d: d.repeat(), "never ends"),
        (lambda d: d.take(0), "is empty"),
        (lambda d: d.map(lambda x, y: x), "expected (image, label)"),
        (lambda d: d.map(lambda x, y: {"x": x, "y": y}), "map it to (image, label)"),
        (lambda d: d.map(lambda x, y: (x[0, 0], y)), "have shape (3,)"),
        (lambda d: d.map(lambda x, y: (x, tf.eye(2))), "tf.argmax"),
        (
            lambda d: d.map(lambda x, y: (x, tf.cast(y, tf.float32) / 0.0)),
            "picture 0: the label is missing",
        ),
        (lambda d: d.map(lambda x, y: (tf.cast(x, tf.float32) - 128, y)), "undo any normalisation"),
    ],
)
def test_datasets_that_do_not_fit(work: Path, change: Any, part: str) -> None:
    dataset = change(tf.data.Dataset.from_tensor_slices((IMAGES, LABELS)))
    (error,) = audit_images(dataset, config=LoadConfig(), seed=0, work_dir=work).errors
    assert part in error
    assert not list(work.glob("*"))


def test_one_scale_for_the_whole_dataset(work: Path) -> None:
    unit_then_full = np.concatenate([IMAGES[:12] / 255, IMAGES[12:]])
    dataset = tf.data.Dataset.from_tensor_slices((unit_then_full, LABELS))
    (error,) = audit_images(dataset, config=LoadConfig(), seed=0, work_dir=work).errors
    assert "picture 12" in error and "give all of them one scale" in error


FILES = {
    (split, label, number): 100 * place + number
    for place, (split, label, count) in enumerate(
        [("train", "tulip", 10), ("train", "rose", 10), ("test", "tulip", 3), ("test", "rose", 3)]
    )
    for number in range(count)
}


@pytest.fixture(scope="module")
def tiny_flowers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[bytes, str]]:
    """A real TFDS data set on disk; returns "split/label" by encoded picture."""
    import tensorflow_datasets as tfds
    from tensorflow_datasets.core.utils import file_utils

    folder = tmp_path_factory.mktemp("tfds")
    stored: dict[bytes, str] = {}
    examples: dict[str, list[Any]] = {"train": [], "test": []}
    several: dict[str, list[Any]] = {"train": [], "test": []}
    for (split, label, number), content in FILES.items():
        path = write_picture(folder / "raw" / f"{split}{label}{number}.jpg", content)
        stored[path.read_bytes()] = f"{split}/{label}"
        example = {"image": str(path), "label": label, "file": path.name}
        sets = {"labels": ["tulip", "rose"][: 1 + number % 2], "size": number / 2}
        several[split].append((path.name, {"image": str(path), "file": path.name, **sets}))
        examples[split].append((path.name, example))
    names = tfds.features.ClassLabel(names=["tulip", "rose"])
    sets = {"labels": tfds.features.Sequence(names), "size": tfds.features.Scalar(np.float32)}
    for config, features, rows in (
        ("small", {"label": names}, examples),
        ("unlabelled", {"label": tfds.features.Text()}, examples),
        ("several", sets, several),
    ):
        tfds.dataset_builders.store_as_tfds_dataset(
            name="tiny_flowers",
            version="1.0.0",
            data_dir=str(folder / "data"),
            config=config,
            features=tfds.features.FeaturesDict(
                {
                    "image": tfds.features.Image(encoding_format="jpeg"),
                    "file": tfds.features.Text(),
                    **features,
                }
            ),
            split_datasets=rows,
        )
    file_utils.add_data_dir(folder / "data")
    yield stored
    file_utils.clear_registered_data_dirs()


def test_the_shards_of_tfds_are_read_where_they_lie(
    tmp_path: Path, tiny_flowers: dict[bytes, str]
) -> None:
    import tensorflow_datasets as tfds

    folder = tfds.builder("tiny_flowers/small").data_dir
    assert content(load(str(folder), tmp_path)) == content(
        load("tfds:tiny_flowers/small", tmp_path)
    )


@pytest.mark.parametrize("name", ["tiny_flowers/small", "tiny_flowers/small:1.0.0"])
def test_tfds_keeps_encoded_pictures_and_splits(
    work: Path, tiny_flowers: dict[bytes, str], name: str
) -> None:
    splits = load(f"tfds:{name}", work)
    assert splits.labels == ("rose", "tulip")
    assert [len(splits.train), len(splits.validation), len(splits.test)] == [18, 2, 6]
    for split, examples in (
        ("train", splits.train),
        ("train", splits.validation),
        ("test", splits.test),
    ):
        for path, label in zip(examples.paths, examples.labels, strict=True):
            assert path.suffix == ".jpg"
            assert tiny_flowers[path.read_bytes()] == f"{split}/{splits.labels[label]}"


def test_tfds_is_written_once(work: Path, tiny_flowers: dict[bytes, str]) -> None:
    first = load("tfds:tiny_flowers/small", work)
    stamp = first.train.paths[0].stat().st_mtime_ns
    assert load("tfds:tiny_flowers/small", work) == first
    assert first.train.paths[0].stat().st_mtime_ns == stamp


def test_tfds_of_sets_and_of_several_answers(work: Path, tiny_flowers: dict[bytes, str]) -> None:
    for _ in range(2):  # written, and found again
        sets = load("tfds:tiny_flowers/several", work)
        assert sets.target == Target("labels", ("rose", "tulip"))
        assert sets.audit.guesses[-1].startswith("target: any number of labels each")
    several = load("tfds:tiny_flowers/several", work, target_columns=("labels", "size:number"))
    assert [part.kind for part in several.target.parts] == ["labels", "number"]
    assert {*several.test.labels[:, 2]} == {0.0, 0.5, 1.0}
    with pytest.raises(DataError, match=r"has no feature 'sizes' .label_column."):
        load("tfds:tiny_flowers/several", work, label_column="sizes")


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("no_such_flowers", "no_such_flowers"),
        ("tiny_flowers/absent", "absent"),
        ("tiny_flowers/unlabelled", "expected one picture and one label"),
    ],
)
def test_tfds_that_does_not_fit(
    work: Path, tiny_flowers: dict[bytes, str], name: str, part: str
) -> None:
    (error,) = audit_images(f"tfds:{name}", config=LoadConfig(), seed=0, work_dir=work).errors
    assert part in error and "\n" not in error
    assert not list(work.glob("*"))


class TestClassNames:
    def named(self, dataset: Any, names: list[str]) -> Any:
        dataset.class_names = names  # as image_dataset_from_directory leaves them
        return dataset

    @pytest.mark.parametrize("form", ["whole", "column of floats", "one-hot", "single one-hot"])
    def test_labels_have_the_names_of_a_keras_data_set(self, work: Path, form: str) -> None:
        labels: Any = {
            "whole": LABELS,
            "column of floats": LABELS[:, np.newaxis].astype(np.float32),
        }.get(form, np.eye(2, dtype=np.float32)[LABELS])
        dataset = tf.data.Dataset.from_tensor_slices((IMAGES, labels))
        dataset = dataset if form == "single one-hot" else dataset.batch(5)
        splits = load(self.named(dataset, ["cat", "dog"]), work)
        assert splits.labels == ("cat", "dog")
        expected = {image: ("cat", "dog")[int(label)] for image, label in EXPECTED.items()}
        assert content(splits) == expected

    def test_a_label_without_a_name_is_refused(self, work: Path) -> None:
        dataset = tf.data.Dataset.from_tensor_slices((IMAGES, LABELS + 1)).batch(4)
        with pytest.raises(DataError, match="label 2 is none of the 2 classes cat, dog"):
            load(self.named(dataset, ["cat", "dog"]), work)
        wide = tf.data.Dataset.from_tensor_slices((IMAGES, np.eye(3)[LABELS])).batch(4)
        with pytest.raises(DataError, match="a label has 3 values, and the data 2 classes"):
            load(self.named(wide, ["cat", "dog"]), work)

    def test_a_whole_data_set_of_one_scale(self, work: Path) -> None:
        dataset = tf.data.Dataset.from_tensor_slices((IMAGES // 16, LABELS))
        with pytest.raises(DataError, match="the pictures have values from 0 to 15 only"):
            load(dataset, work)
