from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf

from kerasapps.data.pairs.kinds import is_pair_data
from tests.data.pair_samples import content, load, pairs, reason

PAIRS = pairs(40)
EXPECTED = dict(PAIRS)
SOURCES = [source for source, _ in PAIRS]
TARGETS = [target for _, target in PAIRS]


@pytest.mark.parametrize("kind", ["single", "batched", "unknown rank"])
def test_datasets_come_through(work: Path, kind: str) -> None:
    dataset = tf.data.Dataset.from_tensor_slices((SOURCES, TARGETS))
    if kind == "batched":
        dataset = dataset.batch(7)
    if kind == "unknown rank":
        dataset = tf.data.Dataset.from_generator(
            lambda: iter(PAIRS),
            output_signature=(tf.TensorSpec(None, tf.string), tf.TensorSpec(None, tf.string)),
        )
    assert is_pair_data(dataset)
    splits = load(dataset, work)
    assert content(splits) == EXPECTED
    assert splits.test.origin(0) == f"example {SOURCES.index(splits.test.sources[0])}"


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (lambda d: d.repeat(), "never ends"),
        (lambda d: d.take(0), "no usable pair"),
        (lambda d: d.map(lambda x, y: x), "expected (source, target)"),
        (lambda d: d.map(lambda x, y: (tf.strings.length(x), y)), "have dtype int32"),
        (lambda d: d.map(lambda x, y: (x, tf.strings.length(y))), "have dtype int32"),
        (lambda d: d.batch(4).batch(2), "have shape (None, None)"),
        (lambda d: d.map(lambda x, y: (x, tf.stack([y, y]))), "expected one string each"),
    ],
)
def test_datasets_that_do_not_fit(work: Path, change: Any, part: str) -> None:
    assert part in reason(change(tf.data.Dataset.from_tensor_slices((SOURCES, TARGETS))), work)


def test_labelled_texts_in_datasets_are_no_pairs() -> None:
    labels = ["good" if n % 2 else "bad" for n in range(40)]
    assert not is_pair_data(tf.data.Dataset.from_tensor_slices((SOURCES, labels)).batch(8))
    assert not is_pair_data(tf.data.Dataset.from_tensor_slices((SOURCES, list(range(40)))))
    assert not is_pair_data(tf.data.Dataset.from_tensor_slices(SOURCES))


@pytest.fixture(scope="module")
def tiny_phrases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Real TFDS data sets on disk: a translation, two texts, and one text with a label."""
    import tensorflow_datasets as tfds
    from tensorflow_datasets.core.utils import file_utils

    folder = tmp_path_factory.mktemp("tfds")
    translation = tfds.features.Translation(languages=["de", "en"])
    text = tfds.features.Text()
    for config, features in (
        ("translation", {"id": text, "translation": translation}),
        ("bare", translation),
        ("texts", {"src": text, "tgt": text}),
        ("labelled", {"text": text, "label": tfds.features.ClassLabel(num_classes=2)}),
    ):
        examples: dict[str, list[Any]] = {"train": [], "validation": [], "test": []}
        for number, (source, target) in enumerate(PAIRS):
            split = "train" if number < 20 else ("validation" if number < 30 else "test")
            both = {"en": source, "de": target}
            example: dict[str, Any] = {
                "translation": {"id": str(number), "translation": both},
                "bare": both,
                "texts": {"src": source, "tgt": target},
                "labelled": {"text": source, "label": number % 2},
            }[config]
            examples[split].append((str(number), example))
        dictionary = isinstance(features, dict)
        tfds.dataset_builders.store_as_tfds_dataset(
            name="tiny_phrases",
            version="1.0.0",
            data_dir=str(folder),
            config=config,
            features=tfds.features.FeaturesDict(features) if dictionary else features,
            split_datasets=examples,
        )
    file_utils.add_data_dir(folder)
    yield
    file_utils.clear_registered_data_dirs()


def test_tfds(work: Path, tiny_phrases: None) -> None:
    for config in ("translation", "bare"):
        name = f"tfds:tiny_phrases/{config}"
        assert is_pair_data(name)
        splits = load(name, work, source_language="en")
        assert content(splits) == EXPECTED
        assert [len(splits.train), len(splits.validation), len(splits.test)] == [20, 10, 10]
        assert splits.test.origin(0).startswith("test, row ")
        assert (splits.audit["source_language"], splits.audit["target_language"]) == ("en", "de")
        assert content(load(name, work)) == {target: source for source, target in PAIRS}
    assert is_pair_data("tfds:tiny_phrases/texts")
    assert content(load("tfds:tiny_phrases/texts", work)) == EXPECTED
    assert not is_pair_data("tfds:tiny_phrases/labelled")
    error = reason("tfds:tiny_phrases/labelled", work)
    assert "has the features label, text: expected tfds.features.Translation" in error
    assert not is_pair_data("tfds:no_such_phrases")
    assert "no_such_phrases" in reason("tfds:no_such_phrases", work)
