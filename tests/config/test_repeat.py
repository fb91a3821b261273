"""What is trained several times."""

from __future__ import annotations

import pytest

from kerasapps.config import RepeatConfig
from kerasapps.errors import ConfigError
from tests.config.bounds import Number, check_defaults, check_number


def test_a_training_is_done_once() -> None:
    names = ("folds", "ensemble", "ensemble_as", "ensemble_of")
    check_defaults(RepeatConfig, dict.fromkeys(names))
    assert RepeatConfig().asked == {}


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("folds", Number(2, 100, whole=True, may_be_none=True)),
        ("ensemble", Number(2, 20, whole=True, may_be_none=True)),
    ],
)
def test_numbers_have_bounds(name: str, number: Number) -> None:
    check_number(RepeatConfig, name, number)


def test_an_ensemble_ships_as_one_or_is_learnt_by_one() -> None:
    assert not RepeatConfig(ensemble=3, ensemble_as="one").distils
    config = RepeatConfig(folds=4, ensemble=3, ensemble_as="distilled")
    assert config.distils
    assert config.asked == {"folds": 4, "ensemble": 3, "ensemble_as": "distilled"}
    with pytest.raises(ConfigError, match=r"^RepeatConfig\.ensemble_as must be left out where"):
        RepeatConfig(ensemble_as="one")
    with pytest.raises(ConfigError, match=r"^RepeatConfig\.ensemble_as 'mean' is not known"):
        RepeatConfig(ensemble=3, ensemble_as="mean")
