"""The processes that train one network together, and what they tell each other.

Without TensorFlow: who only trains alone needs no more than `ALONE`.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Final, Protocol


class Team(Protocol):
    """The processes of one training, of which the first is the chief.

    All of them call the same methods in the same order: each call waits for the others.
    """

    @property
    def index(self) -> int:
        """Which of the processes this is, from 0."""

    @property
    def count(self) -> int:
        """How many processes there are."""

    @property
    def is_chief(self) -> bool:
        """Whether this process writes files, judges and reports."""

    @property
    def replicas(self) -> int:
        """Devices of all processes together, each of which has its part of every batch."""

    @property
    def strategy(self) -> Any:
        """The `tf.distribute.Strategy` of several devices; None for one device."""

    def agree(self, value: float) -> float:
        """The chief's value, in every process; those of the others are dropped.

        Raises:
            TrainingError: if one of the processes is gone.
        """

    def send(self, content: bytes | None) -> bytes:
        """What the chief gives, in every process.

        Args:
            content: the chief's; of the others it is dropped.

        Raises:
            TrainingError: if one of the processes is gone.
        """

    def collect(self, content: bytes) -> list[bytes]:
        """What every process gives, by its index, in every process.

        Raises:
            TrainingError: if one of the processes is gone.
        """

    def watched(self) -> AbstractContextManager[None]:
        """Inside, steps that fail for want of another process raise a TrainingError that says so.

        Raises:
            TrainingError: with the failure that another process left with, or if one is gone.
        """

    def interruptible(self) -> AbstractContextManager[None]:
        """Inside, Ctrl-C is heard also while this process waits for another."""

    def leave(self, failure: str = "") -> None:
        """The end: waits for the others to come to it, or tells them why there is no waiting.

        Args:
            failure: why this process ends before its time, in words; the others' next wait or step
                raises a TrainingError of it.

        Raises:
            TrainingError: if one of the others failed, and this one did not.
        """


@dataclass(frozen=True)
class Alone:
    """The only process of a training.

    Attributes:
        replicas: its devices.
        strategy: of these, if there are several.
    """

    replicas: int = 1
    strategy: Any = None
    index: int = 0
    count: int = 1
    is_chief: bool = True

    def agree(self, value: float) -> float:
        """The value."""
        return value

    def send(self, content: bytes | None) -> bytes:
        """The content."""
        return content or b""

    def collect(self, content: bytes) -> list[bytes]:
        """The content, alone in a list."""
        return [content]

    def watched(self) -> AbstractContextManager[None]:
        """Nobody can be missing."""
        return nullcontext()

    def interruptible(self) -> AbstractContextManager[None]:
        """Nobody is waited for."""
        return nullcontext()

    def leave(self, failure: str = "") -> None:
        """Nobody waits."""


ALONE: Final = Alone()
