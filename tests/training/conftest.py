"""These trainings are of a few steps: what takes long is how TensorFlow begins each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import tensorflow as tf


@pytest.fixture(scope="module", autouse=True)
def unoptimized() -> Iterator[None]:
    """Graphs run as they are written; looking for quicker forms takes a quarter of the time.

    The trainings of tests/recipes have the quicker forms.
    """
    tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
    yield
    tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": False})
