from __future__ import annotations

from pathlib import Path

import pytest
from filelock import Timeout

from kerasapps.deploy.lock import hold, locks_of


@pytest.mark.parametrize(
    ("bundle", "lock"),
    [
        ("run/bundle", "run/.lock"),
        ("run/top-2/bundle", "run/.lock"),
        ("run/top-x/bundle", "run/top-x/.lock"),
        ("models/flowers", "models/.flowers.lock"),
    ],
)
def test_whoever_writes_a_bundle_holds_the_lock_of_its_run(
    tmp_path: Path, bundle: str, lock: str
) -> None:
    assert locks_of(tmp_path / bundle) == (tmp_path / lock,)


def test_of_a_link_both_ends_are_held(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "bundle").symlink_to(tmp_path / "disk" / "mine")
    locks = (tmp_path / "run" / ".lock", tmp_path / "disk" / ".mine.lock")
    assert locks_of(tmp_path / "run" / "bundle") == locks


def test_one_lock_by_two_ways_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "way").symlink_to(tmp_path / "real")
    assert locks_of(tmp_path / "way" / "bundle") == (tmp_path / "real" / ".lock",)
    monkeypatch.chdir(tmp_path / "way")
    assert locks_of(Path("bundle")) == (tmp_path / "real" / ".lock",)


def test_a_lock_is_held_once_and_leaves_no_file(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    with hold(one, two, one):
        assert one.exists() and two.exists()
        with pytest.raises(Timeout), hold(two):
            pass
        with pytest.raises(Timeout), hold(tmp_path / "three", one):
            pass
        assert not (tmp_path / "three").exists()
    assert list(tmp_path.iterdir()) == []
    with hold(one):
        pass


def test_a_lock_whose_file_somebody_removed_is_let_go(tmp_path: Path) -> None:
    with hold(tmp_path / "one"):
        (tmp_path / "one").unlink()
    with hold(tmp_path / "one"):
        pass


def test_a_lock_makes_no_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), hold(tmp_path / "gone" / "one"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_where_no_file_can_be_made_nobody_holds_one() -> None:
    with pytest.raises(OSError, match="No such file"), hold(Path("/proc/.one.lock")):
        pass


def test_a_lock_goes_however_the_block_ends(tmp_path: Path) -> None:
    with pytest.raises(KeyError), hold(tmp_path / "one"):
        raise KeyError
    with hold(tmp_path / "one"):
        pass


def test_whoever_waits_for_a_lock_that_goes_holds_nothing_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock's file goes in the moment between another process's `open` and its `flock`."""
    fcntl = pytest.importorskip("fcntl")
    real, leaving = fcntl.flock, [hold(tmp_path / "one")]
    first = leaving[0]
    first.__enter__()

    def flock(descriptor: int, operation: int) -> None:
        if leaving and operation & fcntl.LOCK_EX:
            leaving.pop().__exit__(None, None, None)
        real(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", flock)
    with pytest.raises(Timeout), hold(tmp_path / "one"):
        pass
    assert not leaving
    with hold(tmp_path / "one"), pytest.raises(Timeout), hold(tmp_path / "one"):
        pass
    assert list(tmp_path.iterdir()) == []
