"""The lives of worker processes."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from kerasapps.config import TuneConfig
from kerasapps.errors import TrainingError
from kerasapps.machine import usable_cores
from kerasapps.tuning import crew as crew_module
from kerasapps.tuning.cores import divide_cores
from kerasapps.tuning.crew import Crew
from kerasapps.tuning.trust import Trust
from tests.tuning.trusted import PROOF, TRUST, pem, trust
from tests.values import kinds_of


def crew(
    folder: Path,
    program: str,
    monkeypatch: pytest.MonkeyPatch,
    *,
    workers: int = 1,
    trust: Trust = TRUST,
    **tune: Any,
) -> Crew:
    """A crew whose workers run `program`; `orders` is what they were told."""
    (folder / "planted_program.py").write_text(
        "import json, os, sys, time\n"
        "orders = json.load(open(sys.argv[1]))['crew']\n" + program + "\n"
    )
    monkeypatch.syspath_prepend(str(folder))
    return Crew(
        tune=TuneConfig(workers=workers, worker_cores=1, **tune),
        module="planted_program",
        job={"more": 1},
        chief="127.0.0.1:1",
        folder=folder,
        settings={},
        trust=trust,
    )


def attend(workers: Crew) -> Crew:
    with workers:
        while workers.working:
            time.sleep(0.02)
            workers.check()
    return workers


def test_workers_keep_their_own_tally(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = "open(orders['tally'], 'w').write('3'); print(orders['cores'])"
    done = attend(crew(tmp_path, program, monkeypatch, workers=2))
    assert done.trials == 6
    logs = [(tmp_path / f"crew/worker-{n}.log").read_text().strip() for n in (1, 2)]
    expected = divide_cores(usable_cores(), workers=2, each=1)
    assert [json.loads(log) for log in logs] == expected


def test_workers_are_told_where_and_how_to_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = {"trial_minutes": 3.0, "trial_memory_mb": 512, "patience_minutes": 0.5}
    attend(crew(tmp_path, "print(json.dumps(orders))", monkeypatch, **limits))
    orders = json.loads((tmp_path / "crew/worker-1.log").read_text())
    assert orders.pop("worker").startswith(f"{socket.gethostname()}/1-")
    assert orders == {
        "chief": "127.0.0.1:1",
        "settings": {},
        "tls": [None, None, None],
        "trials": str(tmp_path / "trials"),
        "tally": str(tmp_path / "crew" / "worker-1.tally"),
        "cores": usable_cores()[:1],
        "patience": 30.0,
        "trial_minutes": 3.0,
        "trial_memory_mb": 512,
    }
    assert json.loads((tmp_path / "crew/worker-1.json").read_text())["more"] == 1


def test_one_that_does_not_answer_is_ended_and_replaced_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost: list[str] = []
    program = "open(orders['tally'], 'w').write('2'); time.sleep(600)"
    workers = crew(tmp_path, program, monkeypatch, workers=2)
    workers._on_loss = lost.append
    monkeypatch.setattr("kerasapps.tuning.crew._FAREWELL", 0.3)
    with workers:
        first, second = workers._places
        name, before = second.worker, [place.process for place in workers._places]
        while workers.trials < 4:  # counted while they work
            time.sleep(0.01)
        workers.dismiss("nobody")
        workers.dismiss(name)
        assert before[1] is not None and before[1].wait(20) != 0
        workers.check()
        assert lost == [name] and second.worker != name
        assert first.process is before[0] and before[0] is not None
        assert before[0].poll() is None
        assert second.process is not before[1] and workers.working


def test_workers_are_told_whom_to_trust_but_not_by_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = "print(os.environ['KERASAPPS_CREW'], orders['tls'])"
    attend(crew(tmp_path, program, monkeypatch, trust=trust("worker", "authority")))
    proof, _, tls = (tmp_path / "crew/worker-1.log").read_text().partition(" ")
    assert proof == PROOF
    assert eval(tls) == [pem("worker"), pem("worker", "key"), pem("authority")]
    assert PROOF not in (tmp_path / "crew/worker-1.json").read_text()


def test_deaths_in_a_row_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = f"open('{tmp_path}/lives', 'a').write('x'); sys.exit('no way')"
    with pytest.raises(TrainingError, match=r"4 worker processes .* status 1, saying: no way"):
        attend(crew(tmp_path, program, monkeypatch))
    assert (tmp_path / "lives").read_text() == "xxxx"


def test_a_trial_in_between_forgives_the_deaths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = f"""
lives = '{tmp_path}/lives'
open(lives, 'a').write('x')
count = len(open(lives).read())
if count == 8: sys.exit(0)
if count % 3 == 0: open(orders['tally'], 'w').write('1')
os.kill(os.getpid(), 9)
"""
    assert attend(crew(tmp_path, program, monkeypatch)).trials == 2
    assert (tmp_path / "lives").read_text() == "x" * 8


def test_one_that_has_just_died_still_counts_until_it_is_seen_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with crew(
        tmp_path, "sys.exit(len(os.environ['KERASAPPS_CREW']) != 64)", monkeypatch
    ) as workers:
        (process,) = (place.process for place in workers._places)
        assert process is not None and process.wait(20) == 0
        assert workers.working  # or it would seem to have left after its work, whatever it died of
        workers.check()
        assert not workers.working


def test_a_hopeless_worker_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = f"open('{tmp_path}/lives', 'a').write('x'); print('no chief there'); sys.exit(3)"
    with pytest.raises(TrainingError, match=r"^no chief there$"):
        attend(crew(tmp_path, program, monkeypatch))
    assert (tmp_path / "lives").read_text() == "x"


def test_workers_that_do_not_leave_are_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kerasapps.tuning.crew._FAREWELL", 0.3)
    program = f"open('{tmp_path}/pid', 'w').write(str(os.getpid())); time.sleep(600)"
    with crew(tmp_path, program, monkeypatch) as workers:
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
            time.sleep(0.01)
        workers.check()
        assert workers.working
    assert not psutil.pid_exists(int((tmp_path / "pid").read_text()))


def test_workers_import_what_this_process_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/json.py").write_text("raise SystemExit('the wrong json')")
    monkeypatch.chdir(tmp_path / "elsewhere")
    attend(crew(tmp_path, "import pytest; print(os.environ['PYTHONPATH'])", monkeypatch))
    path = (tmp_path / "crew/worker-1.log").read_text().strip()
    assert path == os.pathsep.join(entry for entry in sys.path if entry)


@pytest.mark.parametrize("patience", [20.0, 0.0])
def test_workers_may_leave_by_themselves_and_have_time_to_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, patience: float
) -> None:
    # One leaves of itself but not when its pipe closes; the other takes a while after that.
    leaves = "threading.Thread(target=lambda: os._exit(len(sys.stdin.read())), daemon=True).start()"
    program = f"""
import threading
open('{tmp_path}/begun', 'w')
{leaves if patience else "sys.stdin.read()"}
time.sleep(0.5)
open('{tmp_path}/left', 'w')
"""
    workers = crew(tmp_path, program, monkeypatch)
    workers.__enter__()
    while not (tmp_path / "begun").exists():
        time.sleep(0.01)
    workers.stop(patience)
    assert (tmp_path / "left").exists() and not workers.working


def test_a_worker_is_alone_in_its_session_and_says_all_in_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL", raising=False)
    program = """
alone = os.getsid(0) == os.getpid() and sys.flags.safe_path
print(alone, os.environ['TF_CPP_MIN_LOG_LEVEL'], os.environ['OMP_NUM_THREADS'], flush=True)
print('an error', file=sys.stderr)
"""
    monkeypatch.setattr("kerasapps.tuning.cores.usable_cores", lambda: [0, 1, 2])
    done = attend(crew(tmp_path, program, monkeypatch))
    log = tmp_path / "crew/worker-1.log"
    assert log.read_text() == "True 2 1\nan error\n"
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "0")  # the user's word
    attend(done)
    assert log.read_text() == "True 0 1\nan error\n"  # of this worker, not of the one before


def test_the_reason_of_a_death_may_be_long_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(TrainingError) as caught:
        attend(crew(tmp_path, "print('x' * 3000); sys.exit(3)", monkeypatch))
    assert str(caught.value) == "x" * 2000
    monkeypatch.setattr("kerasapps.tuning.crew._LOSSES", 1)
    with pytest.raises(TrainingError) as caught:
        attend(crew(tmp_path, "sys.exit(5)", monkeypatch))
    assert str(caught.value) == (
        "1 worker processes in a row died without ending a trial, the last with status 5, saying: "
        f"nothing. See {tmp_path / 'crew/worker-1.log'}."
    )


def test_a_crew_that_cannot_begin_leaves_no_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers = crew(tmp_path, "time.sleep(600)", monkeypatch, workers=2)
    first, second = workers._places
    start, begun = workers._start, []

    def only_the_first(place: Any) -> None:
        if place is second:
            raise OSError("no more processes")
        start(place)
        begun.append(place.process)

    monkeypatch.setattr(workers, "_start", only_the_first)
    monkeypatch.setattr("kerasapps.tuning.crew._FAREWELL", 0.1)
    with pytest.raises(OSError, match="no more processes"):
        workers.__enter__()
    assert begun[0].poll() == -9 and first.process is None and not workers.working


@pytest.mark.parametrize(("kind", "patience"), [(None, 5.0), (KeyboardInterrupt, 0.0)])
def test_workers_are_waited_for_unless_something_went_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: Any, patience: float
) -> None:
    workers, waited = crew(tmp_path, "", monkeypatch), []
    monkeypatch.setattr(workers, "stop", waited.append)
    workers.__exit__(kind)
    assert waited == [patience]


def test_who_ended_a_trial_before_it_died_begins_a_new_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers = crew(tmp_path, "", monkeypatch)
    (place,) = workers._places
    (tmp_path / "crew").mkdir()
    for tally, losses, trials in ((None, 3, 0), ("x", 3, 0), ("0", 3, 0), ("2", 0, 2)):
        place.process = subprocess.Popen(["true"], stdin=subprocess.PIPE)
        place.process.wait()
        place.losses = 3
        if tally is not None:
            workers._tally_file(place).write_text(tally)
        stdin = place.process.stdin
        workers._bury(place)
        assert (place.losses, workers.trials, place.process) == (losses, trials, None)
        assert stdin is not None and stdin.closed
        assert not workers._tally_file(place).exists()  # not counted again


def test_orders_do_not_change_and_places_do() -> None:
    assert kinds_of(crew_module) == {"Orders": "frozen", "_Place": "open"}
