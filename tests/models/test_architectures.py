"""Networks of texts and translations are the ones that bundles hold; of pictures: test_builders."""

from __future__ import annotations

import keras
import pytest

from kerasapps.models import IMAGE_MODELS
from tests.models.describe import FILE, builds, check_architecture

TITLES = list(builds())


@pytest.mark.parametrize("title", [each for each in TITLES if each.split()[0] not in IMAGE_MODELS])
def test_the_architecture_is_the_one_of_bundles(title: str) -> None:
    keras.utils.clear_session(free_memory=False)
    check_architecture(title, builds()[title]())


def test_the_file_has_no_other() -> None:
    heads = [line for line in FILE.read_text(encoding="utf-8").splitlines() if line[:1] == "["]
    assert heads == [f"[{title}]" for title in TITLES]
