"""What an audit found one by one, of which nothing is held but where it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar, overload

ItemT = TypeVar("ItemT")


class Found(Sequence[ItemT]):
    """Items that are made when they are asked for: of millions none is held.

    Args:
        count: how many there are.
        make: of the number of one, from 0, the item; pickled with an audit, so no lambda.
    """

    def __init__(self, count: int, make: Callable[[int], ItemT]) -> None:
        self._count, self._make = count, make

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> ItemT: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[ItemT, ...]: ...
    def __getitem__(self, index: int | slice) -> ItemT | tuple[ItemT, ...]:
        numbers = range(self._count)[index]
        return self._make(numbers) if isinstance(numbers, int) else tuple(map(self._make, numbers))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, tuple | Found) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]


def all_of(items: Sequence[ItemT]) -> tuple[ItemT, ...] | Found[ItemT]:
    """Items as a finding has them."""
    return items if isinstance(items, Found) else tuple(items)
