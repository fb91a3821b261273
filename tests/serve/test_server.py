"""Processes that serve: how they begin, what they bear, how they end."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kerasapps import ServeConfig, create_app
from kerasapps.serve import connection
from kerasapps.serve.server import _end_with, _listen, _uvicorn, run_server
from tests.serve.asking import FIRST_BUNDLE, QUIET, digit

HEAD = "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: image/png\r\n"


def begun(*options: str) -> tuple[subprocess.Popen[str], int]:
    """A server in a process of its own, and its port."""
    arguments = [sys.executable, "-m", "kerasapps", "serve", str(FIRST_BUNDLE), "--port", "0"]
    process = subprocess.Popen([*arguments, *options], stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    for line in process.stderr:
        if found := re.search(r"Serving first_bundle at http://127.0.0.1:(\d+)", line):
            return process, int(found[1])
    raise AssertionError(process.wait())


def test_a_stop_lets_answers_under_way_be_given() -> None:
    process, port = begun()
    with socket.create_connection(("127.0.0.1", port)) as client:
        body = digit()
        head = f"{HEAD}Content-Length: {len(body)}\r\n\r\n"
        client.sendall(head.encode() + body[:20])
        time.sleep(0.3)  # the server waits for the rest
        process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        client.sendall(body[20:])
        client.settimeout(10)
        answer = client.recv(65536)
    _, told = process.communicate(timeout=20)
    assert answer.startswith(b"HTTP/1.1 200")
    assert process.returncode == 0
    assert "POST /predict 200" in told and told.strip().endswith("Stopped.")
    assert "Traceback" not in told


@pytest.mark.slow
def test_several_processes_share_a_port_and_their_counters() -> None:
    process, port = begun("--workers", "2")
    try:
        for _ in range(120):
            try:
                for _ in range(20):
                    request = urllib.request.Request(
                        f"http://127.0.0.1:{port}/predict",
                        data=digit(),
                        headers={"Content-Type": "image/png"},
                    )
                    with urllib.request.urlopen(request, timeout=20) as answer:
                        assert answer.status == 200
                break
            except OSError:
                time.sleep(0.25)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
            text = answer.read().decode()
        assert 'kerasapps_items_total{model="first_bundle"} 20.0' in text
    finally:
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=30)
    assert process.returncode == 0 and "Traceback" not in told


@pytest.mark.slow
def test_processes_that_share_a_port_leave_it_when_the_first_is_killed() -> None:
    process, port = begun("--workers", "2")
    answered = False
    for _ in range(120):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=20).close()
            answered = True
            break
        except OSError:
            time.sleep(0.25)
    process.kill()
    process.communicate(timeout=30)  # ends once nobody holds its standard error
    assert answered
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # past those that were closed
        other.bind(("127.0.0.1", port))


def test_a_process_of_several_is_told_to_end_with_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = threading.Event()
    monkeypatch.setattr("kerasapps.serve.server.os.kill", lambda process, number: told.set())
    reads, writes = os.pipe()
    parent: Any = SimpleNamespace(sentinel=reads)
    _end_with(parent)
    assert not told.wait(0.05)
    os.close(writes)
    assert told.wait(10)
    os.close(reads)


def test_what_cannot_be_served_is_one_clear_error(
    run_here: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = run_here("serve", FIRST_BUNDLE, "--port", port)
    assert ended.returncode == 2
    assert f"Nothing can listen at 127.0.0.1:{port}" in ended.stderr and "--port" in ended.stderr
    ended = run_here("serve", tmp_path)
    assert ended.returncode == 1 and "is not a bundle" in ended.stderr
    ended = run_here("serve", FIRST_BUNDLE, "--artifact", "float64")
    assert ended.returncode == 1 and "no artifact 'float64'" in ended.stderr
    ended = run_here("serve", FIRST_BUNDLE, "--host", "nowhere.invalid")
    assert ended.returncode == 2 and "no address of this machine" in ended.stderr
    ended = run_here("serve", FIRST_BUNDLE, "--max-pixels", "0")
    assert ended.returncode == 2 and "--max-pixels" in ended.stderr


def test_who_may_ask_is_said(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("kerasapps.serve.server._run_one", lambda *arguments: None)
    monkeypatch.delenv("KERASAPPS_API_KEY", raising=False)
    told = {}
    for host, key in (("127.0.0.1", None), ("0.0.0.0", None), ("0.0.0.0", "secret")):
        run_server(lambda: None, ["a"], ServeConfig(host=host, port=0, api_key=key))
        told[host, key] = "anybody who reaches this machine" in capfd.readouterr().err
    assert list(told.values()) == [False, True, False]


@pytest.fixture
def slow_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The port of a server in this process that waits 0.3 s for clients, and its thread."""
    import uvicorn

    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.3)
    config = ServeConfig(port=0, read_seconds=0.3, **QUIET)
    app = create_app(FIRST_BUNDLE, serve=config)
    listener = _listen(config)
    server = uvicorn.Server(_uvicorn(lambda: app, config))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join(10)


def test_clients_that_send_next_to_nothing_are_left(slow_server: int) -> None:
    def ended(sent: bytes, more: bytes) -> bytes:
        """What comes back to a client that goes on with a few bytes at a time."""
        with socket.create_connection(("127.0.0.1", slow_server)) as client:
            client.sendall(sent)
            client.settimeout(0.1)
            got = b""
            for _ in range(50):
                try:
                    client.sendall(more)
                    data = client.recv(65536)
                    if not data:
                        return got
                    got += data
                except TimeoutError:
                    continue
                except OSError:
                    return got
        raise AssertionError("still connected")

    assert ended(b"POST /predict HTTP/1.1\r\nHost: a\r\n", b"X-A: b\r\n") == b""
    assert ended(b"", b"") == b""
    head = f"{HEAD}Content-Length: 9999\r\n\r\n".encode()
    assert b"HTTP/1.1 408" in ended(head, b"a")


def test_a_request_behind_another_has_the_time_that_any_has(
    slow_server: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.05)
    with socket.create_connection(("127.0.0.1", slow_server)) as client:
        client.settimeout(10)
        first = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n"
        client.sendall(f"{first}{HEAD}Content-Length: 9999\r\n\r\n".encode())
        got = b""
        while data := client.recv(65536):
            got += data
    assert got.count(b"HTTP/1.1 200") == got.count(b"HTTP/1.1 408") == 1
