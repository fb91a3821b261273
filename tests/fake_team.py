"""One of several processes that train together, whose others say what a test lets them say."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field


@dataclass
class FakeTeam:
    """A `Team` without others.

    Attributes:
        index: which of the processes it is.
        heard: what the chief sends, in turn; for the chief what it sent.
        others: what this process gives → what all give, by index.
        left: why it left; None: it did not.
    """

    index: int = 0
    count: int = 2
    replicas: int = 2
    heard: list[bytes] = field(default_factory=list)
    others: Callable[[bytes], list[bytes]] = lambda content: [content, content]
    left: str | None = None
    strategy: None = None

    @property
    def is_chief(self) -> bool:
        return self.index == 0

    def agree(self, value: float) -> float:
        return value

    def send(self, content: bytes | None) -> bytes:
        if self.is_chief:
            assert content is not None
            self.heard.append(content)
            return content
        return self.heard.pop(0)

    def collect(self, content: bytes) -> list[bytes]:
        return self.others(content)

    def watched(self) -> AbstractContextManager[None]:
        return nullcontext()

    def interruptible(self) -> AbstractContextManager[None]:
        return nullcontext()

    def leave(self, failure: str = "") -> None:
        self.left = failure
