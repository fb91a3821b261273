"""What every test of reading data needs."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """Where the data may write; it does not exist yet."""
    return tmp_path / "work"
