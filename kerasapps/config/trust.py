"""How far scores can be relied on: temperature, and from which score on there is an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from kerasapps.config.checks import check_options, option, require
from kerasapps.errors import ConfigError

ThresholdMetric = Literal["f1"]


@dataclass(frozen=True, kw_only=True)
class TrustConfig:
    """Scores that mean what they say, and when a model rather says nothing.

    All of it is chosen on the validation split.
    """

    temperature: bool = option(
        True,
        "make scores as sure as they are right: one temperature, fitted on validation where it has "
        "examples enough, becomes part of the model",
    )
    thresholds: ThresholdMetric | None = option(
        None,
        "answer with a class only from a score of its own on: f1, with which each class's F1 on "
        "validation is best (sets of labels always have such)",
        choices=get_args(ThresholdMetric),
    )
    min_precision: float | None = option(
        None,
        "answer with a class or label only from the score on with which so large a share of its "
        "answers on validation is right, such as 0.95",
        low=0.01,
        high=1,
    )
    unknown_rate: float | None = option(
        None,
        "answer 'none of these' where no class has the score that all but this share of validation "
        "has, such as 0.05",
        low=0,
        high=0.5,
    )
    unknown_label: str | None = option(
        None,
        "label of the examples that are none of the classes, such as a folder called so: it is "
        "learnt as a class, and where it is the likeliest the answer is 'none of these'",
    )

    def __post_init__(self) -> None:
        check_options(self)
        label = self.unknown_label
        is_text = label is None or (isinstance(label, str) and bool(label))
        require(is_text, self, "unknown_label", "a label of the data")
        if self.thresholds is not None and self.min_precision is not None:
            raise ConfigError(
                "TrustConfig.thresholds and TrustConfig.min_precision exclude each other: each "
                "chooses a threshold for every class; leave one out."
            )

    @property
    def decides(self) -> bool:
        """Whether a class may go without being answered."""
        return self.chooses or self.unknown_rate is not None or self.unknown_label is not None

    @property
    def measures(self) -> bool:
        """Whether scores are chosen by validation examples, which then nobody may learn from."""
        return self.chooses or self.unknown_rate is not None

    @property
    def chooses(self) -> bool:
        """Whether each class has a threshold of its own."""
        return self.thresholds is not None or self.min_precision is not None
