"""What runs the blocks of a page, and tells how many there were."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.docs.pages import Block
from tests.docs.running import Place, Run, run_python, run_shell


@pytest.fixture
def run_page(
    monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> Callable[..., None]:
    """Runs the Python of a page, told by its path, in a place."""

    def run(page: str, place: Place, *, slow: bool = False) -> None:
        record_property("pages", dict(run_python(page, place, monkeypatch, slow=slow)))

    return run


@pytest.fixture
def run_block(
    tmp_path: Path,
    run_here: Run,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> Callable[..., None]:
    """Runs a block of commands in a place; what is told is plain, to go between processes."""

    def run(block: Block, place: Place, *, waits: bool = False) -> None:
        counts = run_shell(
            block, place, tmp_path, run=run_here, monkeypatch=monkeypatch, waits=waits
        )
        record_property("pages", dict(counts))

    return run
