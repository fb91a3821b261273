"""Importing TensorFlow without what it imports for conveniences that we do not use."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_OPTIONAL = ("matplotlib", "pandas", "scipy", "sklearn")


def import_tensorflow() -> Any:
    """TensorFlow, with Keras imported too, in little more than half the usual time.

    For processes that are ours from start to end, before anything else imports TensorFlow and while
    no other thread imports anything: for the time being the packages are hidden from all. It and
    Keras import scikit-learn, SciPy, pandas and Matplotlib where these are installed, which here
    look as if they were not; who needs them imports them afterwards as always.

    Returns:
        The module `tensorflow`.
    """
    with _absent(_OPTIONAL):
        import keras  # noqa: F401
        import tensorflow as tf
    return tf


@contextmanager
def _absent(names: tuple[str, ...]) -> Iterator[None]:
    """Meanwhile importing one of these packages fails, unless it is imported already."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None: "is not there"
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
