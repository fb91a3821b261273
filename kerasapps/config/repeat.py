"""One training that is done several times: what its figures vary by."""

from __future__ import annotations

from dataclasses import dataclass

from kerasapps.config.checks import check_options, option


@dataclass(frozen=True, kw_only=True)
class RepeatConfig:
    """A training that is repeated before the one that ships.

    Attributes:
        folds: parts of the training and validation splits, each judged by a network that was
            trained on the others.
    """

    folds: int | None = option(
        None,
        "cross-validate first: train so many times, each time judge a part that was left out of "
        "training, and tell mean and spread of every figure; the model that ships is then trained "
        "as ever, and the test split stays closed until its end",
        low=2,
        high=100,
        whole=True,
        searched=False,
    )

    def __post_init__(self) -> None:
        check_options(self)

    @property
    def asked(self) -> dict[str, int]:
        """What is asked for, by name; empty where nothing is repeated."""
        return {name: value for name, value in vars(self).items() if value is not None}
