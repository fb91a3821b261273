"""Where prepared data lies, and what processes that share it make once."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock, Timeout

from kerasapps.workflow import cache as module
from kerasapps.workflow.cache import Cache
from tests.full_disk import file_limit
from tests.values import kinds_of


def save(value: str, folder: Path) -> dict[str, Any]:
    (folder / "value").write_text(value)
    return {"length": len(value)}


def load(values: dict[str, Any], folder: Path) -> str:
    text = (folder / "value").read_text()
    assert values == {"length": len(text)}
    return f"{text} again"


def remember(cache: Cache, content: Any, value: str) -> str:
    return cache.remember("words", content, make=lambda: value, save=save, load=load)


def test_a_run_of_its_own_may_use_the_memory_and_shared_pages_lie_on_disk(tmp_path: Path) -> None:
    assert Cache(tmp_path).memory_bytes(3) == 3 * 2**20
    assert Cache(tmp_path, shared=True).memory_bytes(3) == 0
    assert Cache(tmp_path, owners=2).memory_bytes(3) == 3 * 2**19


def test_a_run_of_its_own_keeps_nothing_but_has_a_place(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    assert [remember(cache, 1, value) for value in ("a", "b")] == ["a", "b"]
    with cache.place("decoded", {"size": 3}) as folder:
        assert folder == tmp_path / "decoded"
    assert not list(tmp_path.iterdir())


def test_what_is_shared_is_made_once_for_each_content(tmp_path: Path) -> None:
    cache = Cache(tmp_path, shared=True)
    assert remember(cache, {"a": 1, "b": 2}, "one") == "one"
    assert remember(Cache(tmp_path, shared=True), {"b": 2, "a": 1}, "two") == "one again"
    assert remember(cache, {"a": 1}, "three") == "three"
    assert cache.remember("more", {"a": 1}, make=lambda: "4", save=save, load=load) == "4"
    names = {each.name.rpartition("-")[0] for each in tmp_path.iterdir()}
    assert names == {"words", "more"}
    with cache.place("words", Path("x")) as one, cache.place("words", Path("y")) as other:
        assert one.is_dir() and one != other


def test_a_shared_place_has_one_process_at_a_time(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "deep", shared=True)
    with cache.place("decoded", 1) as folder:
        with pytest.raises(Timeout), FileLock(f"{folder}.lock", timeout=0):
            pass
        entered = threading.Event()

        def enter() -> None:
            with cache.place("decoded", 1):
                entered.set()

        thread = threading.Thread(target=enter)
        thread.start()
        assert not entered.wait(0.2)
    assert entered.wait(10)
    thread.join()


def test_what_was_not_saved_whole_is_made_again(tmp_path: Path) -> None:
    cache = Cache(tmp_path, shared=True)
    with file_limit(4), pytest.raises(OSError, match="File too large"):
        remember(cache, 1, "longer than that")
    assert remember(cache, 1, "new") == "new"
    (folder,) = (each for each in tmp_path.iterdir() if each.is_dir())
    assert json.loads((folder / "done.json").read_text()) == {"length": 3}
    (folder / "done.json").unlink()  # as if it was killed before
    assert remember(cache, 1, "newer") == "newer"
    assert {each.name for each in folder.iterdir()} == {"value", "done.json"}


def test_kinds_of_values() -> None:
    assert kinds_of(module) == {"Cache": "frozen"}
