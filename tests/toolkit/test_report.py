from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kerasapps.errors import ConfigError, DataError
from kerasapps.evaluation import report_classes, report_numbers

NAMES = ("cat", "dog")
SHARES = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]])


def page(folder: Path, labels: Any, shares: Any) -> str:
    file = report_classes(folder / "new" / "page.html", labels, shares, names=NAMES)
    return file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("labels", "shares"),
    [
        (["cat", "dog", "dog"], SHARES),
        (np.eye(2)[[0, 1, 1]], SHARES),
        ([0.0, 1.0, 1.0], SHARES[:, 1]),
        ([[0], [1], [1]], SHARES[:, 1:]),
        ([False, True, True], SHARES),
    ],
)
def test_labels_and_probabilities_of_all_kinds_give_the_same_page(
    labels: Any, shares: Any, tmp_path: Path
) -> None:
    expected = page(tmp_path, np.array([0, 1, 1]), SHARES)
    assert "66.67" in expected
    assert page(tmp_path, labels, shares) == expected


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (["cat", "dgo", "dog"], "A label 'dgo' is not known. Did you mean 'dog'"),
        (np.ones((3, 2)), "not one-hot"),
        ([0.5, 1, 0], "must be integers"),
        ([0, 1, 2], "not one of the 2 classes"),
    ],
)
def test_labels_that_are_no_classes_are_refused(labels: Any, said: str, tmp_path: Path) -> None:
    with pytest.raises((ConfigError, DataError), match=re.escape(said)):
        page(tmp_path, labels, SHARES)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"path is .*, and .* cannot be made"):
        report_numbers(tmp_path / "file" / "page.html", [1.0, 2.0], [1.0, 2.5])
