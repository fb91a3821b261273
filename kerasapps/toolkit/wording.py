"""What a training says to who called it in Python, where others have a command line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from kerasapps.errors import TrainingError

_IN_PYTHON: Final = {
    "another output folder": "another folder=",
    "TrainConfig.clip_norm=1": "TrainConfig(clip_norm=1)",
    "TrainConfig.precision='float32'": "a network built under the policy float32",
    "another ModelConfig.model": "another network",
    "the same command": "the same call",
}
_SAID: Final = re.compile("|".join(map(re.escape, _IN_PYTHON)))


def in_python(message: str) -> str:
    """A message with arguments of `fit` in place of those of recipes."""
    return _SAID.sub(lambda found: _IN_PYTHON[found[0]], message)


@contextmanager
def told_in_python() -> Iterator[None]:
    """Within it, what ends a training names arguments of `fit`."""
    try:
        yield
    except TrainingError as error:
        error.args = (in_python(str(error)),)
        raise
