"""Trainings of a few steps, in which the longest is how TensorFlow begins each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import tensorflow as tf


@pytest.fixture(scope="module", autouse=True)
def plain_graphs() -> Iterator[None]:
    """Graphs run as they are written; looking for quicker forms takes a quarter of the time.

    For folders whose conftest.py imports it. The trainings of tests/recipes have the quicker forms.
    """
    tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
    yield
    tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": False})
