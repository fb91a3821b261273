"""Labels that the networks of a cross-validation doubt, each of an example that it never met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kerasapps.data.audit import TABLED
from kerasapps.evaluation.sections import Table
from kerasapps.workflow.doubts.doubt import LABEL_COLUMNS, LabelDoubt, own_mistakes


@dataclass(frozen=True)
class Doubts:
    """Labels of training and validation that may be wrong.

    Attributes:
        total: how many.
        given_again: the share of all labels that the networks would have given, 0 to 1.
        first: the surest of them.
    """

    total: int
    given_again: float
    first: tuple[LabelDoubt, ...]

    @classmethod
    def of(cls, doubts: tuple[LabelDoubt, ...], given_again: float) -> Doubts:
        """What is kept of all."""
        return cls(len(doubts), given_again, doubts[:TABLED])

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Doubts:
        """What `to_dict` gave."""
        first = tuple(LabelDoubt(**each) for each in values["first"])
        return cls(values["total"], values["given_again"], first)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {**vars(self), "first": [{**vars(each)} for each in self.first]}

    @property
    def warning(self) -> str:
        """Why they say little; "" where they do not."""
        why = own_mistakes(self.given_again)
        return why[:1].upper() + why[1:]

    def table(self) -> Table:
        """The surest for the report."""
        shown = "" if self.total == len(self.first) else f" The first {len(self.first)} are shown."
        warning = f" {self.warning}." if self.warning else ""
        # The last column is of what has a text.
        end = None if any(each.text for each in self.first) else -1
        return Table(
            heading=f"Labels that may be wrong ({self.total})",
            columns=[name[:1].upper() + name[1:] for name in LABEL_COLUMNS[:end]],
            rows=[each.cells[:end] for each in self.first],
            note="Networks that were not trained on them say so: look at each before you change "
            f"it. They are used as they are.{shown}{warning}",
        )
