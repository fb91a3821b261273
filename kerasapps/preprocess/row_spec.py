"""What becomes of a table's columns on the way into a network: plain numbers and texts, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

import numpy as np

from kerasapps.config.kinds import ROWS
from kerasapps.data.rows.cells import LONGEST, MISSING_WORDS, NO, NUMBER, WHOLE, YES
from kerasapps.data.rows.dates import ORDERS, PARTS
from kerasapps.errors import ConfigError

MISSING_ID = 0
UNKNOWN_ID = 1
FIRST_ID = 2

YES_OR_NO = ("no", "yes")
_FARTHEST = 10  # of a level; all that are written lie below 2

ColumnKind = Literal["number", "category", "yes/no", "date"]


@dataclass(frozen=True)
class Scale:
    """From a number to where it stands among those of the training.

    A number between two knots gets what lies between their levels, one beyond them the level of
    the last: whatever comes, the network meets what it knows.

    Attributes:
        knots: numbers, ascending.
        levels: what each becomes, about -1.7 to 1.7, ascending.
        typical: level of the median, which a missing number gets.
        part: of a date, one of `dates.PARTS`; "" for a number.
    """

    knots: tuple[float, ...]
    levels: tuple[float, ...]
    typical: float
    part: str = ""

    def __call__(self, numbers: np.ndarray) -> np.ndarray:
        """The levels of numbers, float32; NaN is a missing one."""
        missing = np.isnan(numbers)
        levels = np.interp(np.where(missing, self.knots[0], numbers), self.knots, self.levels)
        return np.where(missing, self.typical, levels).astype(np.float32)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Scale:
        """The scale that `asdict` wrote."""
        plain = dict(values)
        knots, levels = tuple(plain.pop("knots")), tuple(plain.pop("levels"))
        scale = cls(knots, levels, **plain)
        numbers = np.array([*knots, *levels, scale.typical], np.float64)
        _require(len(knots) == len(levels) > 1, "a scale of other than pairs of numbers")
        _require(bool(np.isfinite(numbers).all()), "a number that is not finite")
        _require(bool((np.diff(knots) > 0).all()), "knots that do not rise")
        _require(bool((np.abs(numbers[len(knots) :]) <= _FARTHEST).all()), "a level far too large")
        return scale

    @property
    def place(self) -> int:
        """Index of its part among `dates.PARTS`."""
        return PARTS.index(self.part)


@dataclass(frozen=True)
class ColumnSpec:
    """What becomes of one column.

    Attributes:
        name: of the column.
        kind: number, category, yes/no or date.
        typical: its median, or its most frequent value, as a table would have it.
        scales: of a number one, of a date one for each part that varies.
        flagged: whether a further number says that the value is missing: where training knows both.
        values: of a category those that are known; the first has `FIRST_ID`.
        order: of dates, one of `dates.ORDERS`.
    """

    name: str
    kind: ColumnKind
    typical: str
    scales: tuple[Scale, ...] = ()
    flagged: bool = False
    values: tuple[str, ...] = ()
    order: str = ""

    @property
    def is_category(self) -> bool:
        """Whether it becomes an id."""
        return self.kind in ("category", "yes/no")

    @property
    def ids(self) -> int:
        """How many ids there are, those of missing and of unknown values included."""
        return FIRST_ID + len(self.values)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> ColumnSpec:
        """The column that `asdict` wrote."""
        plain = dict(values)
        scales = tuple(Scale.from_dict(each) for each in plain.pop("scales"))
        texts = tuple(plain.pop("values"))
        column = cls(**plain, scales=scales, values=texts)
        _require(column.kind in get_args(ColumnKind), f"no kind of column: {column.kind!r}")
        _require(isinstance(column.flagged, bool), "flagged is neither true nor false")
        names = (column.name, column.typical, *texts)
        _require(all(isinstance(each, str) for each in names), "a name or value that is no text")
        _require(bool(scales) != column.is_category, f"{column.name!r} has scales, or lacks them")
        _require(len(set(texts)) == len(texts), f"{column.name!r} has a value twice")
        _require(column.kind != "yes/no" or texts == YES_OR_NO, "other values than no and yes")
        _require(column.kind != "date" or column.order in ORDERS, f"no dates: {column.order!r}")
        parts = [scale.part for scale in scales]
        known = parts == [""] or column.kind != "number"
        known &= set(parts) <= {*PARTS} or column.kind != "date"
        _require(known and len(set(parts)) == len(parts), f"{column.name!r} has no such parts")
        return column


@dataclass(frozen=True)
class RowSpec:
    """What becomes of a row.

    Attributes:
        columns: those that are used, in the table's order.
        target: name of the column that is answered.
        ignored: names of the columns that were left out.

    Examples:
        >>> columns = {"age": [20 + n * 37 % 45 for n in range(60)], "job": ["cook", "smith"] * 30}
        >>> columns["rich"] = ["yes" if age > 40 else "no" for age in columns["age"]]
        >>> options = kerasapps.TabularConfig(target="rich")
        >>> splits = kerasapps.data.load_table(columns, tabular=options)
        >>> spec = kerasapps.preprocess.fit_rows(
        ...     splits.train.columns, splits.train.readings, target="rich", min_count=1
        ... )
        >>> [column.name for column in spec.columns], spec.target
        (['age', 'job'], 'rich')
    """

    columns: tuple[ColumnSpec, ...]
    target: str
    ignored: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Of the columns that are used."""
        return tuple(column.name for column in self.columns)

    @property
    def scaled(self) -> tuple[ColumnSpec, ...]:
        """The columns that become numbers."""
        return tuple(column for column in self.columns if not column.is_category)

    @property
    def categories(self) -> tuple[ColumnSpec, ...]:
        """The columns that become ids."""
        return tuple(column for column in self.columns if column.is_category)

    @property
    def numbers(self) -> int:
        """How many numbers a row becomes: the levels of all scales, then the flags."""
        flags = sum(column.flagged for column in self.scaled)
        return sum(len(column.scales) for column in self.scaled) + flags

    @property
    def ids(self) -> tuple[int, ...]:
        """How many ids each category has."""
        return tuple(column.ids for column in self.categories)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as a manifest's `input` has them."""
        return asdict(self)

    def explained(self) -> dict[str, Any]:
        """What `encode_rows` does, for programs of other people; see `docs/bundles.md`."""
        orders = {column.order for column in self.columns if column.order}
        return {
            "kind": ROWS,
            "columns": self.to_dict()["columns"],
            "inputs": {name: places for name, places in self._places().items() if places},
            "missing_id": MISSING_ID,
            "unknown_id": UNKNOWN_ID,
            "first_id": FIRST_ID,
            "longest_cell": LONGEST,
            "missing_words": sorted(MISSING_WORDS),
            "number": NUMBER.pattern,
            "whole_number": WHOLE.pattern,
            "yes": sorted(YES),
            "no": sorted(NO),
            "dates": {name: ORDERS[name].pattern for name in sorted(orders)},
        }

    def _places(self) -> dict[str, list[dict[str, Any]]]:
        """Name of each input → where each of its values is from, in their order."""
        scales = [
            {"column": column.name, "scale": number}
            for column in self.scaled
            for number in range(len(column.scales))
        ]
        flags = [{"column": each.name, "missing": True} for each in self.scaled if each.flagged]
        return {
            "numbers": [*scales, *flags],
            "categories": [{"column": column.name} for column in self.categories],
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> RowSpec:
        """The spec that `to_dict` wrote; further keys are passed over.

        Raises:
            ConfigError: if it is none.
        """
        try:
            columns = tuple(ColumnSpec.from_dict(each) for each in values["columns"])
            _require(bool(columns), "no columns")
            _require(len({each.name for each in columns}) == len(columns), "a column twice")
            return cls(columns, str(values["target"]), tuple(map(str, values["ignored"])))
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise ConfigError(f"this does not describe table rows: {error}") from error


def _require(condition: bool, otherwise: str) -> None:
    if not condition:
        raise ValueError(otherwise)
