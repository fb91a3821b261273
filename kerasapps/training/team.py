"""The processes that train one network together, and what they tell each other.

Without TensorFlow: who only trains alone needs no more than `ALONE`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol


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


@dataclass(frozen=True)
class Alone:
    """The only process of a training.

    Attributes:
        replicas: its devices.
    """

    replicas: int = 1
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


ALONE: Final = Alone()
