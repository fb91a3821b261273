"""Networks of texts and translations are the ones that bundles hold; of pictures: test_builders."""

from __future__ import annotations

import keras
import pytest

from kerasapps.recipes.image_classification.architectures import ARCHITECTURES
from tests.models.describe import builds, check_architecture, known_sections, registry

TITLES = list(builds())


@pytest.mark.parametrize(
    "title", [each for each in TITLES if each.split()[0] not in ARCHITECTURES.names]
)
def test_the_architecture_is_the_one_of_bundles(title: str) -> None:
    keras.utils.clear_session(free_memory=False)
    model = builds()[title]()
    check_architecture(title, model)
    assert title.split()[1:] not in ([], ["wide"]) or model.name == title.split(maxsplit=1)[0]


def test_how_each_is_trained_where_nobody_says() -> None:
    assert registry() == known_sections()["registry"]


def test_the_file_has_no_other() -> None:
    assert list(known_sections()) == ["registry", *TITLES]
