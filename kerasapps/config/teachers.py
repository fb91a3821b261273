"""What a teacher is named by: a bundle's folder, a Keras file, or a Keras model itself."""

from __future__ import annotations

import hashlib
import os
from typing import Any, Final, Protocol, Self

from kerasapps.errors import ConfigError
from kerasapps.files.paths import user_path

KERAS_SUFFIX: Final = ".keras"
TEACHER: Final = "CompressConfig.teacher"
"""The option that names one, for messages."""
_PREFIX: Final = "model:"


class KerasModel(Protocol):
    """What is known of a `keras.Model` without Keras."""

    name: str

    def get_weights(self) -> list[Any]:
        """All weights, as arrays."""


class TeacherModel(str):
    """A Keras model of the user's that teaches, and what options and manifests call it.

    As a text it is `model:NAME@DIGEST`, which tells it from others by its weights. A name that was
    read teaches nothing.

    Attributes:
        model: the `keras.Model`.
    """

    model: Any

    def __new__(cls, model: KerasModel) -> Self:
        digest = hashlib.sha256()
        for values in model.get_weights():
            digest.update(values.tobytes())
        self = super().__new__(cls, f"{_PREFIX}{model.name}@{digest.hexdigest()[:16]}")
        self.model = model
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return str, (str(self),)  # another process has the name

    def __deepcopy__(self, memo: Any) -> TeacherModel:
        return self


def named_teacher(value: Any, *, what: str) -> str:
    """What options have for a teacher: an absolute path, or a `TeacherModel`.

    Args:
        value: a path, a Keras model, or the name of one as manifests have it.
        what: the option, for messages.

    Raises:
        ConfigError: if it can be none of these.
    """
    if isinstance(value, str) and value.startswith(_PREFIX):
        return value
    if callable(value) and hasattr(value, "get_weights") and hasattr(value, "name"):
        if not getattr(value, "built", False):
            raise ConfigError(f"{what}: the Keras model has no weights yet; train it first.")
        return TeacherModel(value)
    return os.fsdecode(user_path(value, what=what).absolute())


def is_keras(teacher: str) -> bool:
    """Whether a teacher is a Keras model or a file of one, and no bundle."""
    return teacher.startswith(_PREFIX) or teacher.endswith(KERAS_SUFFIX)


def is_gone(teacher: str) -> bool:
    """Whether it is the mere name of a Keras model."""
    return teacher.startswith(_PREFIX) and not isinstance(teacher, TeacherModel)
