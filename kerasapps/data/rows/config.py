"""How the columns of a table are read, and which of them is to be answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from kerasapps.config.checks import (
    check_encoding,
    check_options,
    encoding_of_files,
    option,
    place,
    require,
)
from kerasapps.config.targets import (
    LabelLoss,
    TargetKind,
    bare_column,
    check_targets,
    columns_of_target,
    kind_of_target,
    loss_of_labels,
)
from kerasapps.errors import ConfigError

AnswerKind = Literal["class", "number"]
_READINGS = ("number_columns", "category_columns", "date_columns", "ignore")


@dataclass(frozen=True, kw_only=True)
class TabularConfig:
    """How the columns of a table are read, and which of them is to be answered."""

    target: str | None = place("column to be answered (default: guessed by its name, printed)")
    answer: AnswerKind | None = option(
        None,
        "what the target is: class or number (default: by its values, printed); as target_kind, "
        "which has more words",
        choices=get_args(AnswerKind),
        searched=False,
        asks=("check",),
    )
    target_kind: TargetKind | None = kind_of_target()
    target_columns: tuple[str, ...] = columns_of_target()
    label_loss: LabelLoss | None = loss_of_labels()
    number_columns: tuple[str, ...] = option(
        (), "column to read as numbers (repeatable)", searched=False, asks=("check",)
    )
    category_columns: tuple[str, ...] = option(
        (), "column to read as categories (repeatable)", searched=False, asks=("check",)
    )
    date_columns: tuple[str, ...] = option(
        (), "column to read as dates or times (repeatable)", searched=False, asks=("check",)
    )
    ignore: tuple[str, ...] = option(
        (), "column to leave out (repeatable)", searched=False, asks=("check",)
    )
    encoding: str | None = encoding_of_files()
    min_count: int = option(
        3, "a value of a category seen less often in training is unknown", low=1, whole=True
    )
    bins: int = option(
        64,
        "of a number, between which what the network makes of it is linear (0: none)",
        low=2,
        high=256,
        whole=True,
        off=0,
    )

    def __post_init__(self) -> None:
        check_options(self)
        for field in ("target", *_READINGS):
            value = getattr(self, field)
            names = value if isinstance(value, tuple) else (value,)
            fits = all(isinstance(name, str) and name for name in names)
            require(value is None or fits, self, field, "a column's name")
        check_encoding(self)
        check_targets(self, column="target")
        if self.answer and self.target_kind not in (None, self.answer):
            raise ConfigError(
                f"answer is {self.answer}, and target_kind is {self.target_kind}: keep one of them."
            )
        self._refuse_twice()

    @property
    def kind(self) -> TargetKind | None:
        """What the target is, by the user's word; None where there is none."""
        return self.target_kind or self.answer

    def _refuse_twice(self) -> None:
        """One column is read in one way, and the target in none of these."""
        readings: dict[str | None, str] = {self.target: "target"}
        readings |= dict.fromkeys(map(bare_column, self.target_columns), "target_columns")
        for field in _READINGS:
            for name in getattr(self, field):
                if readings.setdefault(name, field) != field:
                    raise ConfigError(
                        f"the column {name!r} is named by {readings[name]} and by {field}: keep "
                        "one of them."
                    )
