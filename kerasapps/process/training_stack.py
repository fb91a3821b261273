"""What training takes and running does not, and what is said where it is not installed."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Final

from kerasapps.errors import DependencyError

INSTALL: Final = "pip install 'kerasapps[train]'"
MODULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "flatbuffers": "flatbuffers",
        "grpc": "grpcio",
        "jinja2": "jinja2",
        "keras": "keras",
        "keras_hub": "keras-hub",
        "keras_tuner": "keras-tuner",
        "markupsafe": "markupsafe",
        "matplotlib": "matplotlib",
        "psutil": "psutil",
        "sacrebleu": "sacrebleu",
        "safetensors": "safetensors",
        "scipy": "scipy",
        "seqeval": "seqeval",
        "sklearn": "scikit-learn",
        "tensorboard": "tensorboard",
        "tensorflow": "tensorflow",
        "tensorflow_datasets": "tensorflow-datasets",
        "tensorflow_text": "tensorflow-text",
        "threadpoolctl": "threadpoolctl",
        "tokenizers": "tokenizers",
        "yaml": "pyyaml",
    }
)
"""Module → the distribution of the extra `train` that brings it."""


def is_light() -> bool:
    """Whether this installation runs bundles and trains none."""
    return _lacks("tensorflow")


def require_training(deed: str) -> None:
    """Refuses what a light installation cannot do; imports nothing.

    Args:
        deed: what needs TensorFlow, as the beginning of a sentence.

    Raises:
        DependencyError: if it is not installed.
    """
    if is_light():
        raise _lacking("tensorflow", deed)


@contextmanager
def needing_training(deed: str) -> Iterator[None]:
    """Within the block a module of the extra `train` that is not there is refused in a sentence.

    Args:
        deed: what needs it, as the beginning of a sentence.

    Raises:
        DependencyError: in place of the `ModuleNotFoundError`; other errors come through.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        plain = in_plain_words(error, deed)
        if plain is None:
            raise
        raise plain from None


def in_plain_words(error: ModuleNotFoundError, deed: str) -> DependencyError | None:
    """What to raise in place of an error; None where the extra `train` would not mend it."""
    module = (error.name or "").partition(".")[0]
    return _lacking(module, deed) if module in MODULES and _lacks(module) else None


def _lacks(module: str) -> bool:
    return module not in sys.modules and importlib.util.find_spec(module) is None


def _lacking(module: str, deed: str) -> DependencyError:
    return DependencyError(
        f"{deed} needs {MODULES[module]}, which is not installed. This installation runs bundles; "
        f"for all else: {INSTALL}"
    )
