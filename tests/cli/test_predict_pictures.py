"""`kerasapps predict` of a classifier of pictures."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import kerasapps


def test_pictures_do_not_come_line_by_line(
    trained: kerasapps.RecipeResult, run_here: Callable[..., Any], shapes: Path
) -> None:
    ended = run_here("predict", trained.bundle_dir, "-", stdin=b"a.png\n")
    assert ended.returncode == 1 and "takes picture files" in ended.stderr
    picture = next((shapes / "red").iterdir())
    ended = run_here("predict", trained.bundle_dir, picture, "--json")
    (row,) = json.loads(ended.stdout)["predictions"]
    assert set(row) == {"file", "labels", "scores"}
