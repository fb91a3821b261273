"""Examples that come one by one, or batch by batch: generators, Keras data sets, lists of pairs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from kerasapps.errors import DataError

_FEW = 64  # examples; fewer are no sign that a stream began again


def is_stream(data: Any) -> bool:
    """Whether `data` hands out examples one by one and is none of the other forms of data."""
    if isinstance(data, str | bytes | Mapping | tuple | list) or hasattr(data, "__array__"):
        return False
    return isinstance(data, Iterable) or is_indexed(data)


def is_indexed(data: Any) -> bool:
    """Whether `data` has batches by number, as a `keras.utils.PyDataset`; it may never end."""
    return hasattr(data, "__len__") and hasattr(data, "__getitem__")


def pairs_of(data: Any, *, noun: str) -> Iterator[tuple[Any, Any]]:
    """The elements of a stream, each checked to be two values.

    Args:
        data: an iterable, or indexed; only the latter may be endless.
        noun: what an example is, for messages.

    Raises:
        DataError: naming the first element that is something else.
    """
    elements = (data[number] for number in range(len(data))) if is_indexed(data) else iter(data)
    for number, element in enumerate(elements):
        if not isinstance(element, tuple | list) or len(element) != 2:
            count = f" of {len(element)} values" if isinstance(element, tuple | list) else ""
            raise DataError(
                f"element {number} of the {type(data).__name__} is a {type(element).__name__}"
                f"{count}: expected ({noun}, label), one or one batch of them an element"
            )
        yield element[0], element[1]


def until_repeated(
    examples: Iterable[Any], *, digest: Callable[[Any], bytes], what: str
) -> Iterator[Any]:
    """The examples; a stream that begins again and would never end is refused.

    Args:
        examples: of a stream.
        digest: the content of one.
        what: names the stream in the error.

    Raises:
        DataError: once as many examples in a row were there before as there are different ones.
    """
    seen: set[bytes] = set()
    again = 0
    for example in examples:
        key = hashlib.blake2b(digest(example), digest_size=16).digest()
        again = again + 1 if key in seen else 0
        seen.add(key)
        if again >= max(_FEW, len(seen)):
            raise DataError(
                f"{what} repeats its {len(seen)} examples and seems never to end: let it stop "
                "after one round, such as with itertools.islice"
            )
        yield example


def endless_refused(data: Any, *, noun: str) -> Iterator[tuple[Any, Any]]:
    """The pairs of a stream of texts.

    Raises:
        DataError: if its elements are no pairs, or it never ends.
    """
    pairs = pairs_of(data, noun=noun)
    return until_repeated(
        pairs, digest=lambda pair: repr(pair).encode(), what=f"the {type(data).__name__}"
    )
