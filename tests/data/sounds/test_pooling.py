"""Classes that become one."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerasapps.data.sounds.config import AudioConfig
from kerasapps.data.sounds.listing import file_entry
from kerasapps.data.sounds.pooling import pool_entries


@pytest.mark.parametrize("options", [{"unknown": ("bed", "_unknown_")}, {"wanted": ("up",)}])
def test_what_is_unknown_already_stays_what_it_is(options: dict[str, tuple[str, ...]]) -> None:
    labels = ("bed", "_unknown_", "up", "_silence_")
    told = pool_entries(
        [file_entry(Path(f"{label}.wav"), label) for label in labels],
        options=AudioConfig(**options),
    )
    assert [each.label for each in told.entries] == ["_unknown_", "_unknown_", "up", "_silence_"]
    assert told.guesses == ("1 classes with 1 sounds are pooled as _unknown_",)
    assert not told.errors
