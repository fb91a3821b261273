"""How an answer is explained."""

from __future__ import annotations

from typing import Any

import pytest

from kerasapps.config import ExplainConfig, explaining
from kerasapps.errors import ConfigError, DependencyError


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "lime"}, r"ExplainConfig\.method 'lime' is not known\."),
        ({"samples": 15}, r"ExplainConfig\.samples must be a whole number from 16"),
        ({"filters": True}, r"ExplainConfig\.filters must be with layer only"),
        ({"layer": "conv", "method": "rise"}, r"ExplainConfig\.layer must be without method"),
        ({"samples": 99, "method": "occlusion"}, r"ExplainConfig\.samples must be left out"),
    ],
)
def test_what_cannot_be_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=f"^{message}"):
        ExplainConfig(**options)


@pytest.mark.parametrize("method", [None, "rise", "gradcam", "cam"])
def test_what_rise_is_part_of_takes_samples(method: str | None) -> None:
    assert ExplainConfig(method=method, samples=99).samples == 99


def test_shap_that_is_not_installed_is_named_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(explaining, "find_spec", lambda name: None)
    ExplainConfig(method="occlusion")
    with pytest.raises(DependencyError, match=r"pip install 'kerasapps\[shap\]'"):
        ExplainConfig(method="shap")
