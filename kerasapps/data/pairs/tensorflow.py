"""`tf.data.Dataset`s and TFDS data sets of sentence pairs become rows, one at a time."""

from __future__ import annotations

import functools
from typing import Any

from kerasapps.config import TranslationConfig
from kerasapps.data.pairs.columns import column_language, pair_choice
from kerasapps.data.pairs.listing import PairListing
from kerasapps.data.sources.datasets import check_pairs, iterate_pairs, text_rank
from kerasapps.data.sources.rows import Row, numbered
from kerasapps.data.sources.tfds import find_tfds, prepare_tfds, tfds_splits
from kerasapps.errors import DataError

Path = tuple[str, ...]


def list_pair_dataset(dataset: Any) -> PairListing:
    """The rows of a finite `tf.data.Dataset` of `(string, string)`, batched or not.

    Raises:
        DataError: if its elements are something else, or never end.
    """
    rank = functools.partial(text_rank, before="pieces")
    batched = check_pairs(
        dataset, noun="source", second="target", expected="one string each", rank=rank
    )
    rank(dataset.element_spec[1].dtype)
    return PairListing([lambda: numbered(iterate_pairs(dataset, batched))])


def list_pair_tfds(name: str, *, config: TranslationConfig) -> PairListing:
    """The rows of a TFDS translation data set, or of one with two features of text.

    The splits train, validation and test are used when they are there; a data set without train is
    pooled. The direction is that of the data set's supervised keys, where it has them.

    Args:
        name: what `tfds.builder` takes: `NAME`, `NAME/config`, `NAME:version`.
        config: the features and languages that the user named.

    Raises:
        DataError: if TFDS has no such data set, or it is of another kind.
        DependencyError: if tensorflow-datasets is not installed.
    """
    tfds, builder = find_tfds(name)
    paths = text_features(tfds, builder.info.features)
    where = f"TFDS data set {builder.name!r}"
    if len(paths) < 2:
        raise DataError(
            f"{where} has the features {', '.join(sorted(builder.info.features))}: expected "
            "tfds.features.Translation, or two of text"
        )
    supervised = [key for key in builder.info.supervised_keys or () if key in paths]
    names = list(dict.fromkeys([*supervised, *paths]))
    columns = pair_choice(config).choose(names, (), where)
    prepare_tfds(builder, name)
    listing = PairListing(
        guesses=[columns.describe(where)],
        source_language=column_language(columns, 0),
        target_language=column_language(columns, 1),
    )
    source, target = (paths[columns.names[place]] for place in columns.places)
    for split, ours in tfds_splits(builder).items():
        dataset = builder.as_dataset(split=split, shuffle_files=False)

        def rows(dataset: Any = dataset, split: str = split, ours: str | None = ours) -> Any:
            for number, example in enumerate(dataset.as_numpy_iterator(), start=1):
                texts = _value(example, source), _value(example, target)
                yield Row(split, number, texts, ours)

        listing.parts.append(rows)
    return listing


def text_features(tfds: Any, features: Any) -> dict[str, Path]:
    """Where the texts of an example are, by name; those of a translation are its languages.

    They are sorted: TFDS lists the features of a stored data set in any order.

    Args:
        tfds: the module.
        features: of a data set.
    """
    paths: dict[str, Path] = {}
    for key, feature in dict(features).items():
        if isinstance(feature, tfds.features.Translation):
            paths |= {language: (key, language) for language in dict(feature)}
        elif isinstance(feature, tfds.features.Text):
            paths[key] = (key,)
    return dict(sorted(paths.items()))


def _value(example: Any, path: Path) -> Any:
    for key in path:
        example = example[key]
    return example
