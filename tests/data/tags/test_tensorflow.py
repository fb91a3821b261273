"""Data sets of TFDS and `tf.data.Dataset`s give the sentences that went in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kerasapps.data.tags.kinds import is_tag_data
from kerasapps.errors import DataError
from tests.data.tag_samples import as_content, content, load, sentences

NAMES = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]
GIVEN = sentences(12)


@pytest.fixture(scope="module")
def tiny_names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A real TFDS data set on disk."""
    import tensorflow_datasets as tfds
    from tensorflow_datasets.core.utils import file_utils

    features = tfds.features
    folder = tmp_path_factory.mktemp("tfds")
    examples = [
        (number, {"tokens": words, "ner": tags, "pos": tags})
        for number, (words, tags) in enumerate(GIVEN)
    ]
    kinds = {
        "tokens": features.Sequence(features.Text()),
        "ner": features.Sequence(features.ClassLabel(names=NAMES)),
        "pos": features.Sequence(features.ClassLabel(names=NAMES)),
    }
    tfds.dataset_builders.store_as_tfds_dataset(
        name="tiny_names",
        version="1.0.0",
        data_dir=str(folder),
        features=features.FeaturesDict(kinds),
        split_datasets={"train": examples[:8], "dev": examples[8:10], "test": examples[10:]},
    )
    file_utils.add_data_dir(folder)
    yield
    file_utils.clear_registered_data_dirs()


def test_a_set_of_tfds(tiny_names: None, work: Path) -> None:
    splits = load("tfds:tiny_names", work)
    assert content(splits) == as_content(GIVEN)
    assert (len(splits.train), len(splits.validation), len(splits.test)) == (8, 2, 2)
    assert splits.audit.guesses[0].endswith("words in 'tokens', tags in 'ner'")
    assert is_tag_data("tfds:tiny_names")
    assert content(load("tfds:tiny_names", work, tag_column="pos")) == as_content(GIVEN)
    with pytest.raises(DataError, match=r"'chunks' of these, and it has ner, pos"):
        load("tfds:tiny_names", work, tag_column="chunks")


def test_a_dataset(work: Path) -> None:
    import tensorflow as tf

    spec = (tf.TensorSpec((None,), tf.string), tf.TensorSpec((None,), tf.string))
    dataset = tf.data.Dataset.from_generator(lambda: iter(GIVEN), output_signature=spec)
    assert content(load(dataset, work)) == as_content(GIVEN)
