from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from kerasapps.data.sources.all_columns import list_table
from kerasapps.data.sources.rows import origin
from kerasapps.errors import DataError

EXAMPLES = [
    {"features": {"size": 0.5 * n, "colour": n % 2, "note": f"n{n}"}, "place": [n, -n], "price": n}
    for n in range(6)
]


@pytest.fixture(scope="module")
def wares(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Real TFDS data sets on disk."""
    import tensorflow_datasets as tfds
    from tensorflow_datasets.core.utils import file_utils

    features = tfds.features
    folder = tmp_path_factory.mktemp("tfds")
    nested = {
        "features": {
            "size": features.Scalar(np.float64),
            "colour": features.ClassLabel(names=["red", "blue"]),
            "note": features.Text(),
        },
        "place": features.Tensor(shape=(2,), dtype=np.int32),
        "price": np.int64,
    }
    listed = {
        "many": features.Sequence(np.int64),
        "map": features.Tensor(shape=(2, 2), dtype=np.int8),
    }
    twice = {"a": {"x": np.int64}, "b": {"x": np.int64}, "y": np.int64, **listed}
    stored: dict[str, tuple[Any, dict[str, list[Any]]]] = {
        "plain": (nested, {"train": EXAMPLES[:4], "test": EXAMPLES[4:]}),
        "twice": (
            twice,
            {
                "every": [
                    {"a": {"x": 1}, "b": {"x": 2}, "y": 3, "many": [], "map": [[1, 2], [3, 4]]}
                ]
            },
        ),
        "none": (listed, {"train": [{"many": [1], "map": [[1, 2], [3, 4]]}]}),
    }
    for config, (kinds, splits) in stored.items():
        tfds.dataset_builders.store_as_tfds_dataset(
            name="tiny_wares",
            version="1.0.0",
            data_dir=str(folder),
            config=config,
            features=features.FeaturesDict(kinds),
            split_datasets={
                split: [(number, each) for number, each in enumerate(examples)]
                for split, examples in splits.items()
            },
        )
    file_utils.add_data_dir(folder)
    yield
    file_utils.clear_registered_data_dirs()


def test_features_are_columns(wares: None) -> None:
    listing = list_table("tfds:tiny_wares/plain")
    assert listing.names == ("colour", "note", "size", "place 1", "place 2", "price")
    rows = list(listing.rows())
    assert sorted(row.values for row in rows) == sorted(
        (("red", "blue")[n % 2], f"n{n}", 0.5 * n, n, -n, n) for n in range(6)
    )
    assert [type(value) for value in rows[0].values] == [str, str, float, int, int, int]
    assert [row.split for row in rows] == ["train"] * 4 + ["test"] * 2
    assert [origin(row.where, row.number) for row in rows[3:5]] == ["train, row 4", "test, row 1"]
    texts = next(iter(list_table("tfds:tiny_wares/plain", as_text=True).rows())).values
    assert texts == tuple(map(str, rows[0].values))
    assert listing.warnings == listing.notes == []


def test_a_split_of_its_own_has_the_columns_of_the_others(wares: None) -> None:
    row = {"price": 9, "note": "x", "size": 1, "place 2": 2, "place 1": 1, "colour": "red"}
    listing = list_table({"train": "tfds:tiny_wares/twice", "test": [{"y": 5, "b/x": 6, "a/x": 7}]})
    assert [each.values for each in listing.rows()] == [(1, 2, 3), (7, 6, 5)]
    other = list_table({"validation": [row], "train": "tfds:tiny_wares/plain"})
    assert list(other.rows())[-1].values == ("red", "x", 1, 1, 2, 9)


def test_features_of_one_name_and_those_that_are_no_values(wares: None) -> None:
    listing = list_table("tfds:tiny_wares/twice")
    assert listing.names == ("a/x", "b/x", "y")
    (row,) = listing.rows()
    assert row.values == (1, 2, 3) and row.split is None
    assert listing.notes == ["tiny_wares: left out features that are no single values: many, map"]


@pytest.mark.parametrize(
    ("name", "options", "part"),
    [
        ("no_such_wares", {}, "no_such_wares"),
        ("tiny_wares/none", {}, "has the features many, map: expected some of one value each"),
        ("tiny_wares/plain", {"encoding": "cp1252"}, "encoding is for files of text"),
    ],
)
def test_what_does_not_fit(wares: None, name: str, options: Any, part: str) -> None:
    with pytest.raises(DataError) as caught:
        list_table(f"tfds:{name}", **options)
    assert part in str(caught.value)
