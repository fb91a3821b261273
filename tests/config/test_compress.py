"""How a network is made small while it learns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kerasapps.config import CompressConfig
from kerasapps.config.teachers import TeacherModel
from kerasapps.errors import ConfigError


def test_a_teacher_is_the_same_wherever_a_command_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert CompressConfig(teacher="run").teacher == str(tmp_path / "run")
    assert CompressConfig().teacher is None


def test_a_teacher_is_a_path_or_a_model(tmp_path: Path) -> None:
    class Network:
        name, built = "net", True

        def __call__(self) -> None: ...

        def get_weights(self) -> list[Any]:
            return [np.ones(3)]

    assert CompressConfig().taught_by is None
    assert CompressConfig(teacher=tmp_path / "run").taught_by == str(tmp_path / "run")
    network = Network()
    taught_by = CompressConfig(teacher=network).taught_by
    assert isinstance(taught_by, TeacherModel) and taught_by.model is network
    assert taught_by.startswith("model:net@")


@pytest.mark.parametrize("field", ["distill_temperature", "distill_weight"])
def test_what_a_teacher_counts_is_nothing_without_one(field: str) -> None:
    value: dict[str, Any] = {field: 0.5}
    assert getattr(CompressConfig(teacher="run", **value), field) == 0.5
    with pytest.raises(ConfigError, match=rf"CompressConfig.{field} must be left out"):
        CompressConfig(**value)


@pytest.mark.parametrize("options", [{"prune_by": "weights"}, {"prune_epochs": 3}])
def test_how_it_is_pruned_is_nothing_where_it_is_not(options: dict[str, Any]) -> None:
    CompressConfig(prune_share=0.5, **options)
    with pytest.raises(ConfigError, match="must be left out without prune_share"):
        CompressConfig(**options)


@pytest.mark.parametrize("share", [0.0, 1.0, -1.0, 50.0])
def test_something_goes_and_something_stays(share: float) -> None:
    with pytest.raises(ConfigError, match=r"prune_share must be a number from 0\.01 to 0\.99"):
        CompressConfig(prune_share=share)
