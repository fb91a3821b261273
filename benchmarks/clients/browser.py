"""Cases answered by a page in a headless Chromium, one after another, each in a fresh page."""

from __future__ import annotations

import json
import mimetypes
import queue
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from benchmarks.clients import places
from benchmarks.clients.answers import Failure
from benchmarks.clients.elsewhere import PATIENCE, Job, value_of

PAGES = Path(__file__).parent / "pages"
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--no-first-run",
    "--disable-extensions",
    "--disable-background-networking",
    "--enable-unsafe-swiftshader",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
mimetypes.add_type("text/javascript", ".mjs")
mimetypes.add_type("application/wasm", ".wasm")


def answered(
    page: str,
    jobs: Sequence[Job],
    *,
    files: Mapping[str, Path],
    folders: Mapping[str, Path] | None = None,
    patience: float = PATIENCE,
) -> Iterator[Any]:
    """What a page answers to each job: the value, or the `Failure`, that it posts.

    The page asks `/job` for its job, posts `{"answers": …}` or `{"error": "…"}` to `/answer`, and
    is loaded anew for the next one. A page that dies or says nothing for long fails its job.

    Args:
        page: a file of `pages/`, or a path that `folders` has.
        jobs: as JSON.
        files: path under `/files` → what is there.
        folders: first part of other paths → the folder that is there.
        patience: seconds a job.
    """
    count = 0
    with _serving(jobs, files, folders or {}) as server:
        while count < len(jobs):
            with _chromium(f"http://127.0.0.1:{server.server_port}/{page}"):
                while count < len(jobs):
                    count += 1
                    try:
                        yield server.posted.get(timeout=patience)
                    except queue.Empty:
                        server.place += 1
                        yield Failure(f"the page gave no answer in {patience:.0f} s")
                        break  # a page that died answers nothing more


class _Server(ThreadingHTTPServer):
    """The files of pages, and the queue of their answers."""

    def __init__(
        self, jobs: Sequence[Job], files: Mapping[str, Path], folders: Mapping[str, Path]
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.jobs, self.files = jobs, files
        self.folders = {"node_modules": places.node_modules(), "pages": PAGES, **folders}
        self.place = 0
        self.posted: queue.Queue[Any] = queue.Queue()

    def handle_error(self, *_: object) -> None:
        """A page that is gone is no news."""


class _Handler(BaseHTTPRequestHandler):
    """What a page gets and posts."""

    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/job":
            jobs, place = self.server.jobs, self.server.place
            job = {**jobs[place], "place": place} if place < len(jobs) else None
            self._send(json.dumps(job).encode(), "application/json")
            return
        file = self._file(path)
        if file is None:
            self.send_error(404)
            return
        self._send(file.read_bytes(), mimetypes.guess_type(file.name)[0] or "application/x-binary")

    def do_POST(self) -> None:
        posted = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if posted["place"] == self.server.place:  # not of a page that was given up
            self.server.place += 1
            self.server.posted.put(value_of(posted))
        self._send(b"{}", "application/json")

    def _file(self, path: str) -> Path | None:
        if path.startswith("/files"):
            return self.server.files.get(path.removeprefix("/files"))
        top, _, below = path.lstrip("/").partition("/")
        file = self.server.folders.get(top, PAGES / top) / below
        return file if file.is_file() else None

    def _send(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store" if self.path == "/job" else "max-age=600")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


@contextmanager
def _serving(
    jobs: Sequence[Job], files: Mapping[str, Path], folders: Mapping[str, Path]
) -> Iterator[_Server]:
    with _Server(jobs, files, folders) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


@contextmanager
def _chromium(url: str) -> Iterator[None]:
    program = places.chromium()
    assert program is not None, "whoever asks has looked"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={profile}", url],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
