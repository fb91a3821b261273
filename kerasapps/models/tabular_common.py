"""What every model of table rows needs: numbers and ids in, and what is made of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras

from kerasapps.errors import ConfigError
from kerasapps.layers.bins import PiecewiseNumbers
from kerasapps.layers.categories import CategoryEmbedding


@dataclass(frozen=True, kw_only=True)
class TabularShape:
    """What a model of table rows is built for, beside its own architecture.

    Attributes:
        numbers: how many numbers a row has.
        categories: how many ids each of its categories has.
        outputs: logits, or 1 for a number.
        width: multiplies the units of the model.
        depth: multiplies its layers.
        dropout: of its hidden layers, or None for the model's own.
        bins: of the piecewise linear embedding of a number; 0: numbers are taken as they are.

    Examples:
        >>> shape = kerasapps.models.TabularShape(numbers=2, categories=(4, 7), outputs=1)
        >>> sorted(kerasapps.models.tabular_mlp(shape).input)
        ['categories', 'numbers']
    """

    numbers: int
    categories: tuple[int, ...]
    outputs: int
    width: float = 1.0
    depth: float = 1.0
    dropout: float | None = None
    bins: int = 64

    def __post_init__(self) -> None:
        if self.numbers + len(self.categories) < 1 or self.outputs < 1:
            raise ConfigError(
                f"a model of table rows needs a column and an output, got {self.numbers} numbers, "
                f"{len(self.categories)} categories and {self.outputs} outputs."
            )


def row_inputs(shape: TabularShape) -> tuple[dict[str, Any], Any, Any]:
    """The model's inputs by name, and each of them: None where a row has no such columns.

    Returns:
        The inputs; float32 `numbers` `(batch, p)`; int32 `categories` `(batch, q)`.
    """
    numbers = categories = None
    if shape.numbers:
        numbers = keras.Input((shape.numbers,), name="numbers")
    if shape.categories:
        categories = keras.Input((len(shape.categories),), dtype="int32", name="categories")
    both = {"numbers": numbers, "categories": categories}
    return {name: each for name, each in both.items() if each is not None}, numbers, categories


def row_vectors(
    numbers: Any, categories: Any, shape: TabularShape, *, dimensions: int, each: bool = False
) -> list[Any]:
    """What is made of the columns of a row before they meet.

    Args:
        numbers: from `row_inputs`.
        categories: likewise.
        shape: of the model.
        dimensions: of the vector of a column.
        each: whether every number becomes a vector even without bins.

    Returns:
        Of numbers and of categories, where there are any, `(batch, columns, dimensions)`; without
        bins, unless `each` is set, the numbers themselves, `(batch, p)`.
    """
    parts = []
    if numbers is not None and (shape.bins or each):
        layer = PiecewiseNumbers(shape.bins or 1, dimensions, name="piecewise")
        parts.append(layer(numbers))
    elif numbers is not None:
        parts.append(numbers)
    if categories is not None:
        layer = CategoryEmbedding(shape.categories, dimensions, name="category_vectors")
        parts.append(layer(categories))
    return parts


def flat(parts: Sequence[Any]) -> Any:
    """All that is known of a row as one vector, `(batch, units)`."""
    vectors = [each if len(each.shape) == 2 else keras.layers.Flatten()(each) for each in parts]
    return vectors[0] if len(vectors) == 1 else keras.layers.Concatenate(name="row")(vectors)
