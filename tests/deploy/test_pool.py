"""What is lent to one thread at a time."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from kerasapps import machine
from kerasapps.deploy.pool import Pool, failing_as_bundle, pool_interpreters
from kerasapps.errors import BundleError, ConfigError

FIRST_BUNDLE = Path(__file__).parent / "first_bundle"


class Workshop:
    """Makes numbered things and keeps track of them."""

    def __init__(self) -> None:
        self.numbers = count()
        self.made: list[int] = []

    def make(self) -> int:
        self.made.append(next(self.numbers))
        return self.made[-1]


def test_one_thread_uses_the_one_that_was_made_at_once() -> None:
    workshop = Workshop()
    pool = Pool(workshop.make, limit=3)
    assert workshop.made == [0]
    for _ in range(5):
        with pool.lent() as thing:
            assert thing == 0
    assert workshop.made == [0]


def test_no_thing_is_lent_twice_at_once_and_no_more_than_the_limit_are_made() -> None:
    workshop, lent, most = Workshop(), set[int](), []
    pool = Pool(workshop.make, limit=3)
    lock, three = threading.Lock(), threading.Barrier(3)

    def work(_: int) -> None:
        with pool.lent() as thing:
            with lock:
                assert thing not in lent
                lent.add(thing)
                most.append(len(lent))
            three.wait(timeout=30)  # three at once, or nobody gets on
            with lock:
                lent.remove(thing)

    with ThreadPoolExecutor(9) as threads:
        list(threads.map(work, range(30)))
    assert max(most) == 3 and sorted(workshop.made) == [0, 1, 2]


def test_whoever_finds_all_lent_waits() -> None:
    pool = Pool(Workshop().make, limit=1)
    got = threading.Event()

    def work() -> None:
        with pool.lent():
            got.set()

    with pool.lent():
        thread = threading.Thread(target=work)
        thread.start()
        assert not got.wait(0.1)
    assert got.wait(30)
    thread.join()


def test_errors_cost_no_place() -> None:
    answers = iter([0, BundleError("the first"), 1])

    def make() -> int:
        if isinstance(answer := next(answers), BundleError):
            raise answer
        return answer

    pool = Pool(make, limit=2)
    with pytest.raises(ZeroDivisionError), pool.lent():
        raise ZeroDivisionError
    with pool.lent() as first:
        with pytest.raises(BundleError, match="the first"), pool.lent():
            pass
        with pool.lent() as second:
            assert (first, second) == (0, 1)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system forks nothing")
def test_a_forked_process_makes_its_own() -> None:
    workshop = Workshop()
    pool = Pool(workshop.make, limit=1)
    with pool.lent():  # and would wait for this for ever
        child = os.fork()
        if not child:
            with pool.lent() as thing:
                os._exit(thing)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    with pool.lent() as thing:
        assert thing == 0


FORKS = """
import os, sys, kerasapps
bundle = kerasapps.load_bundle(sys.argv[1], threads=2)
expected = bundle.predict(sys.argv[2])
child = os.fork()
assert bundle.predict(sys.argv[2]) == expected
sys.exit(0 if not child else os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system forks nothing")
def test_both_sides_of_a_fork_answer_and_end(tmp_path: Path) -> None:
    picture = tmp_path / "digit.png"
    Image.fromarray(np.arange(64, dtype=np.uint8).reshape(8, 8)).save(picture)
    command = [sys.executable, "-c", FORKS, str(FIRST_BUNDLE), str(picture)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr


def test_there_are_as_many_interpreters_as_keep_the_cores_busy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(machine, "usable_cores", lambda: list(range(5)))
    for threads, limit in ((1, 5), (2, 2), (8, 1)):
        pool = pool_interpreters(FIRST_BUNDLE / "model_int8.tflite", id, threads=threads)
        assert pool._shelf.qsize() == limit
    file = FIRST_BUNDLE / "model_int8.tflite"
    size = file.stat().st_size
    for options, limit in (({}, 5), ({"small": size}, 5), ({"small": size + 1}, 1)):
        assert pool_interpreters(file, id, **options)._shelf.qsize() == limit


def test_each_interpreter_uses_as_many_threads_as_were_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from ai_edge_litert import interpreter

    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(interpreter, "Interpreter", lambda **options: asked.append(options) or 5)
    file = FIRST_BUNDLE / "model_int8.tflite"
    with pool_interpreters(file, lambda made: made + 1, threads=3).lent() as made:
        assert made == 6
    assert asked == [{"model_content": file.read_bytes(), "num_threads": 3}]


def test_all_interpreters_run_the_file_as_it_was(tmp_path: Path) -> None:
    file = Path(shutil.copy(FIRST_BUNDLE / "model_int8.tflite", tmp_path))
    pool = pool_interpreters(file, lambda interpreter: interpreter)
    file.unlink()
    with pool.lent() as first, pool.lent() as second:
        assert first is not second
        details = [each.get_tensor_details() for each in (first, second)]
    assert str(details[0]) == str(details[1])


@pytest.mark.parametrize("content", [b"", b"no network", None])
def test_a_file_that_no_runtime_can_load_is_refused(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "model.tflite"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BundleError, match=r"model\.tflite (is no TFLite file|cannot be read)"):
        pool_interpreters(file, id)


@pytest.mark.parametrize("error", [RuntimeError("gather"), ValueError("shape"), KeyError("source")])
def test_what_an_interpreter_cannot_run_is_the_bundles_fault(error: Exception) -> None:
    with (
        pytest.raises(BundleError, match=r"model\.tflite fails on an input.*") as refused,
        failing_as_bundle(Path("model.tflite")),
    ):
        raise error
    assert str(error) in str(refused.value)


def test_an_error_that_says_already_what_is_wrong_is_left_alone() -> None:
    with pytest.raises(BundleError, match=r"^as it is$"), failing_as_bundle(Path("model.tflite")):
        raise BundleError("as it is")


@pytest.mark.parametrize("threads", [0, -1, 257, 10**9, 1.5, "2", None])
def test_threads_that_no_machine_has_are_refused(threads: Any) -> None:
    with pytest.raises(ConfigError, match=f"threads must be .*from 1 to 256, got {threads!r}"):
        pool_interpreters(FIRST_BUNDLE / "model_int8.tflite", id, threads=threads)
