"""Ctrl-C that stays one, whatever C++ code makes of it, and SIGTERM that lets work be tidied."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn


@contextmanager
def interruptible() -> Iterator[None]:
    """Within the block an exception that follows Ctrl-C becomes `KeyboardInterrupt`.

    C++ code that calls Python may put an exception of its own in the place of that one: TensorFlow
    does where it traces a function, and it is a SystemError then. In other threads than the main
    one nothing changes, as signals do not reach them.

    Raises:
        KeyboardInterrupt: for any exception after Ctrl-C.
    """
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        yield
        return
    pressed = False

    def noting(number: int, frame: FrameType | None) -> None:
        nonlocal pressed
        try:
            handler(number, frame)
        except KeyboardInterrupt:
            pressed = True
            raise

    signal.signal(signal.SIGINT, noting)
    try:
        yield
    except Exception as error:
        if pressed:
            raise KeyboardInterrupt from error
        raise
    finally:
        signal.signal(signal.SIGINT, handler)


@contextmanager
def tidied_on_sigterm(*, tell: Callable[[], None]) -> Iterator[None]:
    """Within the block SIGTERM is an exception first, so that what is open is closed and released.

    Once the block has ended the process ends by the signal, as whoever sent it expects; a second
    one ends it at once. Where the program hears of SIGTERM itself nothing changes, nor in other
    threads than the main one, which signals do not reach. Not for code that waits in C++: the
    exception comes only when Python goes on.

    Args:
        tell: says what is left to do, after the block.
    """
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    came = False

    def end(number: int, frame: FrameType | None) -> NoReturn:
        nonlocal came
        came = True
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        if came:
            tell()
            signal.raise_signal(signal.SIGTERM)


@contextmanager
def interrupting(abort: Callable[[], None], *, patience: float = 1.0) -> Iterator[None]:
    """Within the block Ctrl-C also ends what C++ code waits for, in which Python hears no signal.

    It is `KeyboardInterrupt` then, as in `interruptible`. In other threads than the main one
    nothing changes.

    Args:
        abort: makes the waiting end with an exception; called in another thread.
        patience: seconds that Python has to hear of Ctrl-C itself.
    """
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        yield
        return
    heard = threading.Event()

    def hearing(number: int, frame: FrameType | None) -> None:
        heard.set()
        handler(number, frame)

    def watch() -> None:
        while numbers := receiver.recv(64):
            if signal.SIGINT in numbers and not heard.wait(patience):
                abort()

    receiver, sender = socket.socketpair()
    sender.setblocking(False)  # as Python asks of it
    before = signal.set_wakeup_fd(sender.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGINT, hearing)
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        with interruptible():
            yield
    finally:
        signal.signal(signal.SIGINT, handler)
        signal.set_wakeup_fd(before)
        sender.close()
        watcher.join()
        receiver.close()
