"""Ctrl-C is not lost behind an exception of C++ code, and SIGTERM leaves things tidy."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from kerasapps.process.interrupts import interruptible, interrupting, tidied_on_sigterm
from tests.interrupts import press_in_cpp, usual_ctrl_c


@pytest.fixture(autouse=True)
def _usual() -> Iterator[None]:
    with usual_ctrl_c():
        yield


def test_an_exception_after_ctrl_c_is_ctrl_c() -> None:
    with pytest.raises(KeyboardInterrupt) as ended, interruptible():
        press_in_cpp()
    assert isinstance(ended.value.__cause__, SystemError)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_blocks_within_blocks_all_hear_of_it() -> None:
    with pytest.raises(KeyboardInterrupt), interruptible():
        with interruptible():
            pass
        with pytest.raises(KeyboardInterrupt), interruptible():
            press_in_cpp()
        raise ValueError("what came of it")


def test_other_exceptions_stay_what_they_are() -> None:
    with pytest.raises(ValueError, match="own"), interruptible():
        raise ValueError("own")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with pytest.raises(ValueError, match="own"), interruptible():
        signal.raise_signal(signal.SIGINT)
        raise ValueError("own")
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_other_threads_may_have_such_blocks() -> None:
    seen: list[str] = []

    def enter() -> None:
        with interruptible():
            seen.append("entered")

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert seen == ["entered"]


def test_sigterm_lets_the_block_tidy_and_then_ends_the_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps: list[object] = []
    monkeypatch.setattr(signal, "raise_signal", steps.append)
    with pytest.raises(KeyboardInterrupt), tidied_on_sigterm(tell=lambda: steps.append("told")):
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        finally:
            steps.append("tidied")
            assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL, "a second one ends it"
    assert steps == ["tidied", "told", signal.SIGTERM]
    with tidied_on_sigterm(tell=lambda: steps.append("too much")):
        pass
    assert len(steps) == 3 and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    own = signal.signal(signal.SIGTERM, lambda number, frame: steps.append("own"))
    try:
        with tidied_on_sigterm(tell=lambda: steps.append("too much")):
            os.kill(os.getpid(), signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, own)
    assert steps[3:] == ["own"]


def test_ctrl_c_ends_what_cpp_code_waits_for() -> None:
    import tensorflow as tf

    empty = tf.queue.FIFOQueue(1, [tf.int32])
    before = signal.getsignal(signal.SIGINT)
    threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt), interrupting(empty.close, patience=0.1):
        empty.dequeue()
    assert time.monotonic() - began < 30
    assert signal.getsignal(signal.SIGINT) is before and signal.set_wakeup_fd(-1) == -1


def test_nothing_is_ended_where_python_hears_ctrl_c_itself() -> None:
    ended = threading.Event()
    with interrupting(ended.set, patience=0.1):
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        assert not ended.wait(0.3)
