"""When a model answers, and when it rather says nothing."""

from __future__ import annotations

import pytest

from kerasapps.config import TrustConfig
from kerasapps.errors import ConfigError
from tests.config.bounds import Number, check_choice, check_defaults, check_number


def test_scores_are_made_right_and_everything_is_answered() -> None:
    check_defaults(
        TrustConfig,
        {
            "temperature": True,
            "thresholds": None,
            "min_precision": None,
            "unknown_rate": None,
            "unknown_label": None,
        },
    )
    assert not TrustConfig().decides


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("min_precision", Number(0.01, 1, may_be_none=True)),
        ("unknown_rate", Number(0, 0.5, may_be_none=True)),
    ],
)
def test_numbers_have_bounds(name: str, number: Number) -> None:
    check_number(TrustConfig, name, number)


def test_thresholds_are_for_a_figure_or_a_precision() -> None:
    check_choice(TrustConfig, "thresholds", ("f1",), may_be_none=True)
    assert TrustConfig(thresholds="f1").chooses and TrustConfig(min_precision=0.9).chooses
    with pytest.raises(ConfigError, match="exclude each other"):
        TrustConfig(thresholds="f1", min_precision=0.9)


def test_a_class_may_go_without_being_answered() -> None:
    for config in (TrustConfig(unknown_rate=0.0), TrustConfig(unknown_label="none")):
        assert config.decides and not config.chooses
    with pytest.raises(ConfigError, match=r"^TrustConfig\.unknown_label must be a label"):
        TrustConfig(unknown_label="")
