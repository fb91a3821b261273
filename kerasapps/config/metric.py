"""A figure that answers are judged by: the only thing that knows its name, its scale and its sign.

All stages are handed a `Metric`, or the `Answer` whose figures they are, and know none by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Direction = Literal["max", "min"]

_LARGE = 1000


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A figure by which networks, trials and files are compared.

    It is a share or points of what is perfect, or an error, of which nothing is perfect but 0 and
    which is therefore compared with the reference's error.

    Attributes:
        name: for people: "BLEU".
        key: among a task's figures, as its `to_dict` calls it.
        quality: stem of what monitors, objectives and limits call it: "bleu" of `val_bleu`.
        perfect: the best that it can be, in its own scale; None for an error.
        unit: written behind its value.
        better: which direction is.
        tolerance: what a file that ships may lose: points, or of an error per cent.
        of_examples: whether a share is one of the examples, so that a loss can be counted in them.
    """

    name: str
    key: str
    quality: str
    perfect: float | None = 1.0
    unit: str = " %"
    better: Direction = "max"
    tolerance: float = 1.0
    of_examples: bool = True

    @property
    def monitored(self) -> str:
        """What an epoch's figure on the validation split is called."""
        return f"val_{self.quality}"

    @property
    def is_error(self) -> bool:
        """Whether it is compared with the reference's, as a ratio."""
        return self.perfect is None

    @property
    def in_per_cent(self) -> bool:
        """Whether people read it in per cent of what is perfect."""
        return self.unit.strip() == "%" and not self.is_error

    @property
    def measure(self) -> str:
        """What a loss of it is counted in."""
        return "per cent" if self.is_error else "points"

    def share(self, figures: Mapping[str, Any]) -> float:
        """The figure among a task's figures: 0 to 1 of what is perfect, or the error itself."""
        return float(figures[self.key]) / (self.perfect or 1.0)

    def figure(self, share: float) -> float:
        """What `share` is in the figure's own scale."""
        return share * (self.perfect or 1.0)

    def delta(self, share: float, reference: float) -> float:
        """How far a share is from the reference's: in points, or in per cent of an error.

        An error where the reference has none is infinitely far.
        """
        if not self.is_error:
            return 100 * (share - reference)
        if share == reference:
            return 0.0
        return 100 * (share / reference - 1) if reference else float("inf")

    def lost(self, share: float, reference: float) -> float:
        """How much worse a share is than the reference's, as `delta` counts; below 0 if better."""
        delta = self.delta(share, reference)
        return delta if self.better == "min" else -delta

    def text(self, figure: float) -> str:
        """A figure of its own scale for people: "97.81 %", "31.20", "0.9731", "0.6461"."""
        if self.perfect is None:
            return f"{short(figure)}{self.unit}"
        if self.in_per_cent:
            return f"{100 * figure / self.perfect:.2f}{self.unit}"
        return f"{figure:.{2 if self.perfect > 1 else 4}f}{self.unit}"

    def first_of(self, names: Iterable[str]) -> list[str]:
        """Names of a task's figures, its own first."""
        return sorted(names, key=lambda name: name != self.key)

    def called(self, name: str) -> str:
        """One of a task's figures for people; its own by its name, unless another has that too."""
        words = name.replace("_", " ")
        is_named = name == self.key and words.lower() == self.name.lower()
        return self.name if is_named else words

    def text_of(self, name: str, figure: float) -> str:
        """One of a task's figures for people, whether it is its own or another."""
        return self.text(figure) if name == self.key else short(figure)


def short(figure: float) -> str:
    """A figure with its first four digits, or all of a large one: "0.6461", "31.2", "45,210"."""
    return f"{figure:.4g}" if abs(figure) < _LARGE else f"{figure:,.0f}"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A kind of answer, and the figures that it is judged by.

    Attributes:
        metric: by which files and trials are compared.
        fitted: what a step of the training counts beside the loss.
        judged: what the task's judge measures after an epoch, where that is monitored.
    """

    metric: Metric
    fitted: Metric
    judged: Metric

    @property
    def figure(self) -> str:
        """The figure of an epoch by which trials of a search are compared."""
        return self.metric.monitored

    @property
    def monitors(self) -> tuple[str, ...]:
        """What the best epoch may have the best of, the usual one first."""
        names = (self.fitted.quality, "loss", self.judged.quality)
        usual = self.metric.quality
        return tuple(dict.fromkeys((usual, *names)))
