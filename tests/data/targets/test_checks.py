"""Labels of validation and test beside those of training."""

from __future__ import annotations

from kerasapps.config import LoadConfig
from kerasapps.data.targets.checks import check_labels


def test_a_split_without_examples_lacks_no_label() -> None:
    counts = {"train": {"a": 3, "b": 3}, "validation": {"a": 2}, "test": {}}
    sizes = {"train": 6, "validation": 2, "test": 0}
    found = check_labels(counts, sizes, config=LoadConfig(), noun="text")
    assert found.warnings == ("not judged in validation, which has no texts of them: 'b'",)
    assert not found.errors and not found.unknown
