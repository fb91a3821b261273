"""Radii of attacks, as numbers and as fractions."""

from __future__ import annotations

import pytest

from kerasapps import ConfigError, RobustConfig

RADII = [(0.3, 0.3), ("0.3", 0.3), ("8/255", 8 / 255), (1, 1)]


@pytest.mark.parametrize(("asked", "radius"), RADII)
def test_a_radius_is_a_number_or_a_fraction(asked: float | str, radius: float) -> None:
    config = RobustConfig(adversarial=asked)
    assert config.adversarial == config.trained == config.judged == pytest.approx(radius)
    assert config.corrupts and config.asked == ("adversarial",)
    assert config == RobustConfig(adversarial=radius)


@pytest.mark.parametrize("asked", [0, -0.1, 1.01, "x", "8/0", "", True, float("nan"), "inf", [0.1]])
@pytest.mark.parametrize("field", ["adversarial", "attack"])
def test_what_is_no_radius_is_refused_by_name(field: str, asked: object) -> None:
    with pytest.raises(ConfigError, match=rf"RobustConfig.{field} must be a number above 0"):
        RobustConfig(**{field: asked})  # type: ignore[arg-type]


def test_what_ships_may_be_judged_under_other_attacks_or_none() -> None:
    assert RobustConfig(adversarial=0.1, attack=0.2).judged == 0.2
    alone = RobustConfig(attack=0.2)
    assert alone.trained is None and alone.judged == 0.2 and not alone.corrupts
    assert RobustConfig(corruptions=True).corrupts
    assert RobustConfig(adversarial=0.1, adversarial_steps=5).adversarial_steps == 5
    with pytest.raises(ConfigError, match=r"left out without RobustConfig\.adversarial, got"):
        RobustConfig(attack=0.1, adversarial_steps=5)
    assert RobustConfig().asked == () and RobustConfig().judged is None
