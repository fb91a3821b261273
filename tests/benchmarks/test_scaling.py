"""What scaling.py measures is data that can be trained on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import kerasapps
from benchmarks import scaling


@pytest.mark.parametrize(
    ("kind", "load"),
    [
        ("picture files", kerasapps.data.load_images),
        ("picture shards", kerasapps.data.load_images),
        ("texts", kerasapps.data.load_texts),
        ("pairs", kerasapps.data.load_pairs),
    ],
)
def test_every_example_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, load: Any
) -> None:
    monkeypatch.setattr(scaling, "SHARD", 60)
    scaling.MAKERS[kind](tmp_path, 100)
    splits = load(scaling.source_of(kind, tmp_path))
    assert splits.audit.total == 100 and len(splits.train) == 70
