from __future__ import annotations

from pathlib import Path

import pytest

from kerasapps.config import IMAGE_ARCHITECTURES, TEXT_ARCHITECTURES
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
