"""The labels of a teacher beside those of the data; without TensorFlow."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kerasapps.errors import ConfigError
from kerasapps.wording.shortened import shortened


def label_places(
    theirs: Sequence[str], ours: Sequence[str], teacher: str, *, called: str = ""
) -> list[int]:
    """The place of each of the data's labels among the teacher's.

    Raises:
        ConfigError: naming those that one of them lacks.
    """
    refuse_others(theirs, ours, f"{teacher} must have the labels of the data{called}")
    return [theirs.index(label) for label in ours]


def refuse_others(theirs: Collection[str], ours: Collection[str], must: str) -> None:
    """Refuses a teacher that has others of something, or lacks some.

    Args:
        theirs: names of the teacher's.
        ours: of those of the data.
        must: what it must have, as the sentence begins.

    Raises:
        ConfigError: naming those that differ.
    """
    words = [
        f"{which} {shortened([repr(each) for each in sorted(some)])}"
        for which, some in (
            ("lacks", set(ours) - set(theirs)),
            ("has besides", set(theirs) - set(ours)),
        )
        if some
    ]
    if words:
        raise ConfigError(f"{must}; it {' and '.join(words)}.")
