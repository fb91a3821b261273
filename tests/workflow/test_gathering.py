"""Machines that come together for a training: whom they wait for, and how they end."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kerasapps.cluster import Cluster
from kerasapps.config import TrainConfig
from kerasapps.deploy.exchange import MARK
from kerasapps.errors import DataError, TrainingError
from kerasapps.terminal.streams import tell
from kerasapps.training import join
from kerasapps.training.team import ALONE
from kerasapps.workflow.gathering import gathered, open_place, require_same_data, with_devices
from kerasapps.workflow.run import Run
from tests.fake_team import FakeTeam

ORDER: Any = SimpleNamespace(
    name="photos-cnn",
    data="photos",
    task=SimpleNamespace(name="image_classification"),
    options={"train": TrainConfig()},
    settings={"run": "photos-cnn", "data": "/here/photos", "train": {"epochs": 5}},
)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def team(monkeypatch: pytest.MonkeyPatch) -> FakeTeam:
    fake = FakeTeam()
    monkeypatch.setattr(join, "join_team", lambda cluster, **_: fake)
    return fake


def gather(index: int = 0, *, other: str = "127.0.0.1:1", minutes: float = 1.0) -> Any:
    peers = [other, other]
    peers[index] = f"127.0.0.1:{free_port()}"
    cluster = Cluster((peers[0], peers[1]), index)
    return gathered(cluster, ORDER, patience_minutes=minutes, load_tensorflow=lambda: None)


def test_who_trains_alone_waits_for_nobody() -> None:
    with gathered(None, ORDER, patience_minutes=0.01, load_tensorflow=pytest.fail) as team:
        assert team is ALONE


def test_a_chief_tells_who_it_is_and_leaves_well(
    team: FakeTeam, capfd: pytest.CaptureFixture[str]
) -> None:
    with gather() as gathered_team:
        tell("on the way")
        assert gathered_team is team and team.left is None
    assert team.left == ""
    said = capfd.readouterr().err
    assert said.startswith("This is the chief (127.0.0.1:")
    assert "of 2 that train together" in said and "on the way" in said


def test_who_is_not_heard_may_have_been_given_other_peers(team: FakeTeam) -> None:
    def lost(content: bytes) -> list[bytes]:
        raise TrainingError("Worker 1 (127.0.0.1:1) is gone.")

    team.others = lost
    with pytest.raises(TrainingError, match=r"is gone\. If it still runs, .* same list"), gather():
        pytest.fail("nothing begins")
    assert team.left is None, "who is lost is told nothing"


def test_a_worker_is_quiet_once_it_is_there(
    team: FakeTeam, capfd: pytest.CaptureFixture[str]
) -> None:
    team.index = 1
    with gather(1):
        tell("on the way")
    assert "This is worker 1" in (said := capfd.readouterr().err) and "on the way" not in said
    assert "The chief tells how far it is" in said


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (DataError("photos is empty."), "photos is empty."),
        (KeyboardInterrupt(), "stopped by hand; the same command on all machines goes on"),
        (ValueError("x"), "unexpected ValueError: x"),
    ],
)
def test_what_ends_one_machine_is_told_to_the_others(
    team: FakeTeam, error: BaseException, told: str
) -> None:
    with pytest.raises(type(error)), gather():
        raise error
    assert team.left is not None and team.left.startswith(told)


def test_what_another_machine_told_is_not_told_again(team: FakeTeam) -> None:
    with pytest.raises(TrainingError), gather(other="127.0.0.1:7"):
        raise TrainingError("Worker 1 (127.0.0.1:7) is gone.")
    assert team.left is None


def test_other_options_are_refused_before_anything_is_read(team: FakeTeam) -> None:
    def other(content: bytes) -> list[bytes]:
        return [content, json.dumps({**json.loads(content), "train.epochs": "9"}).encode()]

    team.others = other
    with pytest.raises(
        TrainingError, match=r"worker 1 .* train\.epochs is 9, the chief's 5\. Inst"
    ):
        gather().__enter__()
    assert team.left == "", "all know it, and part at the same time"


def test_versions_are_compared_and_where_the_data_lies_is_not(team: FakeTeam) -> None:
    compared = dict[str, str]()

    def both(content: bytes) -> list[bytes]:
        compared.update(json.loads(content))
        return [content, content]

    team.others = both
    with gather():
        versions = {"kerasapps", "TensorFlow", "Keras"}
        asked = {each for each in compared if not each.startswith("trust.")}
        assert asked == {*versions, "train.epochs"}


def test_other_data_are_refused() -> None:
    def splits(fingerprint: str) -> Any:
        parts = {"train": range(8), "validation": range(1), "test": range(2)}
        return SimpleNamespace(**parts, fingerprint=fingerprint)

    cluster, seen = Cluster(("a:1", "b:1"), 0), list[bytes]()

    def equal(content: bytes) -> list[bytes]:
        seen.append(content)
        return [content, content]

    require_same_data(splits("abc"), cluster, FakeTeam(others=equal))
    team = FakeTeam(others=lambda content: [content, seen[0]])
    with pytest.raises(
        TrainingError, match=r"worker 1 \(b:1\) .* content of the data is sha256 abc"
    ):
        require_same_data(splits("def"), cluster, team)
    require_same_data(splits("def"), None, ALONE)


def test_a_host_without_an_address_is_waited_for_and_named_once(
    team: FakeTeam, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(TrainingError, match=r"No address is known of worker 1 \(nowhere\.invalid"):
        gather(other="nowhere.invalid:9123", minutes=0.02).__enter__()
    assert capsys.readouterr().err.count("waiting for up to 0.02 minutes") == 1


def test_a_worker_has_scratch_space_of_its_own_which_it_removes(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with open_place(folder, ORDER, FakeTeam(index=1)) as run:
        (run.work / "decoded.npy").touch()
        assert run.work == folder / "worker-1"
    assert not folder.exists()
    folder.mkdir()
    (folder / "worker-1").mkdir()
    (folder / "worker-1" / "mine.txt").touch()
    with (
        pytest.raises(TrainingError, match="was not made by kerasapps"),
        open_place(folder, ORDER, FakeTeam(index=1)),
    ):
        pass
    assert (folder / "worker-1" / "mine.txt").exists()


def left(folder: Path, index: int) -> Path:
    """Scratch space as a worker leaves it that gets SIGKILL."""
    work = folder / f"worker-{index}"
    work.mkdir(parents=True)
    (work / MARK).touch()
    (folder / f".worker-{index}.lock").touch()
    return work


def test_what_killed_workers_left_goes_with_the_next_run(tmp_path: Path) -> None:
    gone = [left(tmp_path / "run", index) for index in (1, 2, 7)]
    (tmp_path / "run" / "worker-8").mkdir()
    (tmp_path / "run" / "worker-8" / "mine.txt").touch()
    with open_place(tmp_path / "run", ORDER, FakeTeam()):
        assert [each.exists() for each in gone] == [True, False, False]  # 1 may be there again
    assert [each.name for each in (tmp_path / "run").iterdir()] == ["worker-8"]
    left(tmp_path / "run", 1)
    with open_place(tmp_path / "run", ORDER, FakeTeam(index=1)):
        pass
    assert [each.name for each in (tmp_path / "run").iterdir()] == ["worker-8"]


def test_the_scratch_space_of_a_worker_that_runs_is_left_to_it(tmp_path: Path) -> None:
    with open_place(tmp_path / "run", ORDER, FakeTeam(index=1)) as worker:
        with open_place(tmp_path / "run", ORDER, ALONE) as alone:
            assert worker.work.exists() and alone.work.exists()
        assert (worker.work / MARK).exists()
        with (
            pytest.raises(TrainingError, match="Another process uses"),
            open_place(tmp_path / "run", ORDER, FakeTeam(index=1)),
        ):
            pass


def test_a_chief_has_the_run(tmp_path: Path) -> None:
    with open_place(tmp_path / "run", ORDER, FakeTeam()) as run:
        assert run.work == tmp_path / "run" / "work" and run.team.count == 2


def test_devices_are_prepared_where_a_process_trains_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(join, "join_team", lambda cluster, config, **_: (cluster, config))
    assert with_devices(Run(Path()), ORDER).team == (None, TrainConfig())
    together = Run(Path(), FakeTeam())
    assert with_devices(together, ORDER) is together
