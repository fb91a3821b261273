from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from kerasapps.config import IMAGE_ARCHITECTURES, TEXT_ARCHITECTURES, TRANSLATION_ARCHITECTURES
from kerasapps.errors import ConfigError
from tests.odd_files import IRREGULAR, make_irregular


@pytest.mark.parametrize("kind", IRREGULAR)
def test_a_preset_is_made_of_files(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "preset"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "nothing").symlink_to("absent")
    IMAGE_ARCHITECTURES.check(f"preset:{folder}")
    make_irregular(folder / "model.weights.h5", kind)
    make_irregular(tmp_path / "model.keras", kind)
    for path in (folder, tmp_path / "model.keras"):
        with pytest.raises(ConfigError, match=f"cannot read .*: it is {IRREGULAR[kind]}"):
            TEXT_ARCHITECTURES.check(f"preset:{path}")


@pytest.mark.parametrize("name", ["preset:", "preset:/no/such/place", "preset:nobodys_net"])
def test_a_preset_that_is_nowhere_is_refused_before_anything_is_loaded(name: str) -> None:
    for option in ("ModelConfig.model", "TuneConfig.models"):
        with pytest.raises(ConfigError, match=rf"^{option}.*preset"):
            IMAGE_ARCHITECTURES.check(name, option=option)
    IMAGE_ARCHITECTURES.check("preset:bert_tiny_en_uncased")
    with pytest.raises(ConfigError, match="is not known"):
        TRANSLATION_ARCHITECTURES.check("preset:bert_tiny_en_uncased")


def test_a_preset_is_a_choice_where_there_are_any() -> None:
    assert IMAGE_ARCHITECTURES.choices == (*IMAGE_ARCHITECTURES.names, "preset:NAME_OR_PATH")
    assert TRANSLATION_ARCHITECTURES.choices == TRANSLATION_ARCHITECTURES.names
    with pytest.raises(ConfigError, match=r"^ModelConfig\.model 'cnnn'.*'cnn'.*NAME_OR_PATH\.$"):
        IMAGE_ARCHITECTURES.check("cnnn")
    with pytest.raises(dataclasses.FrozenInstanceError):
        IMAGE_ARCHITECTURES.presets = False  # type: ignore[misc]
