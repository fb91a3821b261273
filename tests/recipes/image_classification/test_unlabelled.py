"""Whether pictures came with labels, which then are told to be left aside."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kerasapps.config import ImageConfig
from kerasapps.recipes.image_classification.unlabelled import read


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two grey pictures in two folders."""
    for name in ("x/a.png", "y/b.png"):
        (tmp_path / "more" / name).parent.mkdir(parents=True)
        grey = np.random.default_rng(ord(name[0])).integers(0, 256, (9, 9), np.uint8)
        Image.fromarray(grey).save(tmp_path / "more" / name)
    return tmp_path / "more"


@pytest.mark.parametrize(
    ("table", "labelled"),
    [
        ("image,label\nx/a.png,cat\ny/b.png,dog\n", True),
        ("image,other\nx/a.png,cat\ny/b.png,dog\n", False),
    ],
)
def test_a_table_with_a_column_of_labels(folder: Path, table: str, labelled: bool) -> None:
    (folder / "more.csv").write_text(table)
    options = {"image": ImageConfig(image_column="image")}
    found = read(str(folder / "more.csv"), options=options, folder=folder / "work")
    assert len(found.examples) == 2 and found.labelled is labelled
    named = {"image": ImageConfig(image_column="image", label_column="other")}
    assert read(str(folder / "more.csv"), options=named, folder=folder / "work").labelled


def test_folders_are_labels_where_there_are_several(folder: Path) -> None:
    options = {"image": ImageConfig()}
    assert read(str(folder), options=options, folder=folder.parent / "work").labelled
    (folder / "y" / "b.png").rename(folder / "x" / "b.png")
    # A single folder between says as little as none.
    found = read(str(folder / "x"), options=options, folder=folder.parent / "again")
    assert len(found.examples) == 2 and not found.labelled
