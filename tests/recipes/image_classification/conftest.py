"""Pictures that several tests of this folder read."""

from __future__ import annotations

import pytest

from kerasapps.data.images.examples import ImageSplits
from kerasapps.recipes.registry import IMAGE_CLASSIFICATION
from kerasapps.workflow.options import with_values
from kerasapps.workflow.reading import read_splits
from tests.shapes import write_shapes


@pytest.fixture(scope="module")
def splits(tmp_path_factory: pytest.TempPathFactory) -> ImageSplits:
    """Pictures of 32 by 32 pixels."""
    folder = tmp_path_factory.mktemp("pictures")
    data = write_shapes(folder / "shapes", per_class=10)
    options = with_values(IMAGE_CLASSIFICATION.defaults, {})
    found: ImageSplits = read_splits(IMAGE_CLASSIFICATION, data, options, folder / "work")
    return found
