"""TFDS data sets of words with tags become rows, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from kerasapps.data.sources.rows import Row, RowListing
from kerasapps.data.sources.tfds import find_tfds, prepare_tfds, tfds_splits
from kerasapps.data.tags.columns import TAG_NAMES, TOKEN_NAMES
from kerasapps.data.tags.config import TaggingConfig
from kerasapps.errors import DataError


def list_tag_tfds(name: str, *, config: TaggingConfig) -> RowListing:
    """The rows of a TFDS data set with a sequence of words and one of tags.

    The splits train, validation and test are used when they are there; a data set without train is
    pooled.

    Args:
        name: what `tfds.builder` takes: `NAME`, `NAME/config`, `NAME:version`.
        config: the features that hold words and tags, where that is not clear.

    Raises:
        DataError: if TFDS has no such data set, or it is of another kind.
        DependencyError: if tensorflow-datasets is not installed.
    """
    tfds, builder = find_tfds(name)
    features = builder.info.features
    where = f"TFDS data set {builder.name!r}"
    tokens = _feature(
        config.token_column, text_sequences(tfds, features), TOKEN_NAMES, where, "token_column"
    )
    known = tag_sequences(tfds, features)
    tags = _feature(config.tag_column, [*known], TAG_NAMES, where, "tag_column")
    prepare_tfds(builder, name)
    listing = RowListing(guesses=[f"{where}: words in {tokens!r}, tags in {tags!r}"])
    for split, ours in tfds_splits(builder).items():
        dataset = builder.as_dataset(split=split, shuffle_files=False)

        def rows(
            dataset: Any = dataset, split: str = split, ours: str | None = ours
        ) -> Iterator[Row]:
            for number, example in enumerate(dataset.as_numpy_iterator(), start=1):
                yield Row(split, number, (example[tokens], example[tags], None, known[tags]), ours)

        listing.parts.append(rows)
    return listing


def text_sequences(tfds: Any, features: Any) -> list[str]:
    """The features that are sequences of texts."""
    return _sequences(tfds, features, lambda inner: isinstance(inner, tfds.features.Text))


def tag_sequences(tfds: Any, features: Any) -> dict[str, tuple[str, ...]]:
    """The features that are sequences of classes, with the names of these."""
    keys = _sequences(tfds, features, lambda inner: isinstance(inner, tfds.features.ClassLabel))
    return {key: tuple(dict(features)[key].feature.names) for key in keys}


def _sequences(tfds: Any, features: Any, fits: Callable[[Any], bool]) -> list[str]:
    return sorted(
        key
        for key, feature in dict(features).items()
        if isinstance(feature, tfds.features.Sequence) and fits(getattr(feature, "feature", None))
    )


def _feature(
    named: str | None, known: Sequence[str], usual: Sequence[str], where: str, option: str
) -> str:
    if named in known:
        return str(named)
    likely = [name for name in usual if name in known]
    if named is None and (likely or len(known) == 1):
        return likely[0] if likely else known[0]
    there = f"it has {', '.join(known)}: name one with {option}" if known else "it has none"
    wanted = "sequences of words and of tags" if named is None else f"a feature {named!r} of these"
    raise DataError(f"{where}: expected {wanted}, and {there}")
