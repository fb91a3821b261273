"""A process, or several that share a port, with the application in them."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Any

from kerasapps.errors import ConfigError, DependencyError
from kerasapps.serve.config import ServeConfig
from kerasapps.terminal.streams import tell

if TYPE_CHECKING:
    import uvicorn

_BACKLOG = 2048
_GRACE = 5.0  # seconds beyond those of an answer, until a stop waits no more
_START = 60  # seconds for which a process may say nothing
_NEEDS = ("fastapi", "uvicorn", "prometheus_client", "python_multipart")


def require_packages() -> None:
    """Makes sure that what a server needs is installed.

    Raises:
        DependencyError: with what to do.
    """
    import importlib.util

    if any(importlib.util.find_spec(name) is None for name in _NEEDS):
        raise DependencyError(
            'A server needs packages that are not installed: pip install "kerasapps[serve]".'
        )


def run_server(make: Callable[[], Any], names: Sequence[str], config: ServeConfig) -> None:
    """Serves until it is told to stop, by Ctrl-C or SIGTERM; answers under way are given first.

    Args:
        make: makes the application; with several processes it is pickled, and called in each.
        names: of the models, for the first line.
        config: where, and by how many processes.

    Raises:
        ConfigError: if nobody can listen there.
    """
    with closing(_listen(config)) as listener:
        host, port = listener.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        tell(f"Serving {', '.join(names)} at http://{shown}:{port} (Ctrl-C stops it)")
        if config.key is None and host not in ("127.0.0.1", "::1"):
            tell("note: anybody who reaches this machine can ask; --api-key asks for a key")
        with _quitting_quietly():
            if config.workers == 1:
                _run_one(make, listener, config)
            else:
                _run_many(make, listener, config)
    tell("Stopped.")


def _run_one(make: Callable[[], Any], listener: socket.socket, config: ServeConfig) -> None:
    import uvicorn

    uvicorn.Server(_uvicorn(make, config)).run([listener])


def _run_many(make: Callable[[], Any], listener: socket.socket, config: ServeConfig) -> None:
    from uvicorn.supervisors import Multiprocess

    from kerasapps.serve.metrics import FOLDER_VARIABLE

    folder = tempfile.mkdtemp(prefix="kerasapps-serve-")
    os.environ[FOLDER_VARIABLE] = folder  # before the processes begin, which count in it
    try:
        listener.set_inheritable(True)
        Multiprocess(_uvicorn(make, config), [listener]).run()
    finally:
        del os.environ[FOLDER_VARIABLE]
        shutil.rmtree(folder, ignore_errors=True)


def _uvicorn(make: Callable[[], Any], config: ServeConfig) -> uvicorn.Config:
    import uvicorn

    from kerasapps.serve.connection import PatientConnection

    return uvicorn.Config(
        partial(_begin, make),
        factory=True,
        workers=config.workers,
        http=PatientConnection,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        backlog=_BACKLOG,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=int(config.answer_seconds + _GRACE),
        timeout_worker_healthcheck=_START,
    )


def _listen(config: ServeConfig) -> socket.socket:
    """A socket that listens where it is to.

    Raises:
        ConfigError: if it cannot.
    """
    where = f"{config.host}:{config.port}"
    try:
        family, _, _, _, address = socket.getaddrinfo(
            config.host, config.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError):
        raise ConfigError(
            f"{config.host!r} is no address of this machine: give another ServeConfig.host."
        ) from None
    listener = socket.socket(family)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        advice = "stop what listens there, or give another ServeConfig.port (0 takes a free one)"
        raise ConfigError(f"Nothing can listen at {where} ({error.strerror}): {advice}.") from error
    return listener


@contextmanager
def _quitting_quietly() -> Iterator[None]:
    """A stop that was asked for is no failure: uvicorn raises its signal once more at the end."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {
        number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _begin(make: Callable[[], Any]) -> Any:
    """The application, in the process that is to serve it."""
    from kerasapps.process.quiet import silence
    from kerasapps.serve.log import take_logs

    take_logs()
    _end_with(multiprocessing.parent_process())
    with silence():  # of the interpreter's delegates
        return make()


def _end_with(parent: BaseProcess | None) -> None:
    """A process of several ends when the first is killed: it would hold the port for ever."""
    if parent is None:
        return

    def watch() -> None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="watches-parent", daemon=True).start()
