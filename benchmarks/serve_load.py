"""`kerasapps serve` under load, beside the server that one writes first, and under bad requests.

    python benchmarks/serve_load.py [--pictures BUNDLE --texts BUNDLE] [--seconds 60] [--record]

Three parts: many clients ask all the time for pictures and for texts, of our server and of FastAPI
around `model.predict` (serve_naive.py), one server at a time; then come requests that nobody can
answer, with the server's memory before and after; then it must still answer as `load_bundle` does.
Without bundles, small ones are trained first. Exits 1 if anything is not as it must be.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from load_client import Load, put_load, request_bytes
from PIL import Image
from serve_malformed import Malformed, malformed

NAIVE = Path(__file__).with_name("serve_naive.py")
TIMES = 5  # our requests a second, against the naive server's
GROWTH = 1.1  # of memory, at most, over all bad requests
AT_ONCE = 8
SENTENCES = [f"film number {number} is fun, and nobody in the hall slept" for number in range(64)]


def main() -> int:
    """1 if an answer fails, is slow beside the naive server's, or memory grows."""
    arguments = parse()
    with tempfile.TemporaryDirectory(prefix="serve-load-") as folder:
        places = bundles(arguments, Path(folder))
        rows, problems = compare(places, arguments)
        bad, more = endure(places, arguments)
    for problem in [*problems, *more]:
        print(f"WRONG: {problem}")
    if arguments.record:
        from results import record

        note = f"{arguments.clients} clients on loopback, on the same cores as the server. {bad}"
        record("Server under load", rows, note=note)
    return 1 if problems or more else 0


def bundles(arguments: argparse.Namespace, folder: Path) -> dict[str, Path]:
    """What is asked for: name → bundle."""
    if arguments.pictures and arguments.texts:
        return {"pictures": arguments.pictures, "texts": arguments.texts}
    from hostile_workshop import Workshop

    workshop = Workshop(folder)
    return {
        "pictures": arguments.pictures or workshop.pictures,
        "texts": arguments.texts or workshop.texts,
    }


def compare(
    places: dict[str, Path], arguments: argparse.Namespace
) -> tuple[list[dict[str, Any]], list[str]]:
    """A row for each server and kind, and what is not as it must be."""
    rows, problems = [], []
    rates: dict[str, dict[str, float]] = {}
    with naive(places) as (port, _):
        loads = {name: loaded(port, f"/{name}", name, arguments) for name in places}
    rates["naive"] = {name: load.rate for name, load in loads.items()}
    rows += [row("model.predict", name, load) for name, load in loads.items()]
    with ours(places, arguments.workers) as (port, _):
        loads = {name: loaded(port, f"/models/{name}/predict", name, arguments) for name in places}
    for name, load in loads.items():
        times = load.rate / max(rates["naive"][name], 1e-9)
        rows.append({**row("kerasapps serve", name, load), "times": f"{times:.0f}"})
        if load.errors:
            problems.append(f"{name}: {load.errors} of {load.statuses.total()} were not answered")
        if times < TIMES:
            problems.append(f"{name}: {times:.1f} times the naive server's rate, not {TIMES}")
    for each in rows:
        print("  ".join(f"{name} {value}" for name, value in each.items()), flush=True)
    return rows, problems


def row(server: str, name: str, load: Load) -> dict[str, Any]:
    """Of the table."""
    return {
        "server": server,
        "input": name,
        "requests/s": f"{load.rate:.0f}",
        **{f"p{share:.0%}"[:-1]: f"{load.percentile(share):.0f} ms" for share in (0.5, 0.95, 0.99)},
        "answers": len(load.latencies),
        "errors": load.errors,
        "times": "1",
    }


def loaded(port: int, path: str, name: str, arguments: argparse.Namespace) -> Load:
    """What many clients get, after a few have warmed it up."""
    if name == "pictures":
        requests = [request_bytes(path, each, "image/jpeg") for each in photos()]
    else:
        bodies = [json.dumps({"text": text}).encode() for text in SENTENCES]
        requests = [request_bytes(path, body, "application/json") for body in bodies]
    put_load(port, requests, clients=4, seconds=2)
    return put_load(port, requests, clients=arguments.clients, seconds=arguments.seconds)


def photos(count: int = 32) -> list[bytes]:
    """JPEG files of 320 x 240 pixels."""
    draw = np.random.default_rng(0)
    files = []
    for _ in range(count):
        coarse = Image.fromarray(draw.integers(0, 255, (9, 12, 3), np.uint8))
        file = io.BytesIO()
        coarse.resize((320, 240), Image.Resampling.BICUBIC).save(file, "JPEG")
        files.append(file.getvalue())
    return files


@contextmanager
def ours(places: dict[str, Path], workers: int) -> Iterator[tuple[int, psutil.Process]]:
    """The port and process of our server; an unclean end is an error."""
    command = [sys.executable, "-m", "kerasapps", "serve", "--port", "0"]
    command += ["--workers", str(workers), "--log-level", "error"]
    command += [f"{name}={place}" for name, place in places.items()]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    port = 0
    for line in process.stderr:
        if found := re.search(r"http://127\.0\.0\.1:(\d+)", line):
            port = int(found[1])
            break
    try:
        await_health(f"http://127.0.0.1:{port}/health")
        yield port, psutil.Process(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=120)
    if process.returncode or "error" in told:
        raise RuntimeError(f"the server ended with {process.returncode}: {told[-2000:]}")


@contextmanager
def naive(places: dict[str, Path]) -> Iterator[tuple[int, psutil.Process]]:
    """The same of the naive server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    named = [f"{name}={kerasapps_folder(place)}" for name, place in places.items()]
    process = subprocess.Popen(
        [sys.executable, NAIVE, str(port), *named], stderr=subprocess.DEVNULL
    )
    try:
        await_health(f"http://127.0.0.1:{port}/openapi.json")
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()


def kerasapps_folder(place: Path) -> Path:
    """Of a bundle, which may lie in a run's folder."""
    from kerasapps.deploy.manifest import find_bundle

    return find_bundle(place)


def await_health(address: str, seconds: float = 180) -> None:
    """Returns once it answers."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"{address} does not answer")


def endure(places: dict[str, Path], arguments: argparse.Namespace) -> tuple[str, list[str]]:
    """A sentence on the bad requests, and what is not as it must be."""
    draw = random.Random(arguments.seed)
    problems: list[str] = []
    with ours(places, 1) as (port, process):
        for _ in range(20):  # whatever is made when it is first needed
            problems += right_answers(port, places)
        send_all(port, list(malformed(arguments.malformed, draw)), Counter(), [])
        before = process.memory_info().rss
        statuses: Counter[int] = Counter()
        began = time.monotonic()
        send_all(port, list(malformed(arguments.malformed, draw)), statuses, problems)
        seconds = time.monotonic() - began
        after = process.memory_info().rss
        problems += right_answers(port, places)
    if after > before * GROWTH:
        problems.append(f"memory grew from {before / 1e6:.0f} to {after / 1e6:.0f} MB")
    listed = ", ".join(f"{count} of {status}" for status, count in sorted(statuses.items()))
    said = (
        f"{statuses.total()} malformed requests in {seconds:.0f} s (seed {arguments.seed}): "
        f"{listed}; memory {before / 1e6:.0f} MB before, {after / 1e6:.0f} MB after."
    )
    print(said)
    return said, sorted(set(problems))


def send_all(
    port: int, requests: Sequence[Malformed], statuses: Counter[int], problems: list[str]
) -> None:
    """Sends them a few at a time, and notes which had another status than 4xx."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = threads.map(lambda each: status_of(port, each.content), requests)
        for request, (status, body) in zip(requests, answers, strict=True):
            statuses[status] += 1
            if not 400 <= status < 500:
                problems.append(f"{request.name}: status {status} {body[:200]!r}")
            elif b"Traceback" in body:
                problems.append(f"{request.name}: a traceback")


def status_of(port: int, content: bytes) -> tuple[int, bytes]:
    """The status of the answer, 0 where there is none, and the answer."""
    got = b""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
            with suppress(OSError):  # it may have answered already
                client.sendall(content)
            while data := client.recv(65536):
                got += data
                if got.endswith(b"}") or got.endswith(b"received."):
                    break
    except OSError as error:
        got = got or str(error).encode()
    found = re.match(rb"HTTP/1\.1 (\d+)", got)
    return (int(found[1]) if found else 0), got


def right_answers(port: int, places: dict[str, Path]) -> list[str]:
    """What it answers otherwise than `load_bundle`."""
    import kerasapps

    problems = []
    for name, place in places.items():
        inputs: Any = [*photos(4), moving()] if name == "pictures" else SENTENCES[:4]
        right = kerasapps.load_bundle(place).predict(inputs)
        for value, prediction in zip(inputs, right, strict=True):
            body, kind = (
                (value, "image/any")
                if name == "pictures"
                else (json.dumps({"text": value}).encode(), "application/json")
            )
            status, answer = status_of(port, request_bytes(f"/models/{name}/predict", body, kind))
            text = answer.partition(b"\r\n\r\n")[2]
            given = json.loads(text)["predictions"][0] if status == 200 else {}
            same = given.get("labels") == list(prediction.labels) and np.allclose(
                given["scores"], prediction.scores, atol=1e-6
            )
            if not same:
                problems.append(
                    f"{name}: another answer than load_bundle's: {status} {text!r:.200}"
                )
    return problems


def moving() -> bytes:
    """An animated WebP, which is answered by its first frame."""
    frames = [Image.open(io.BytesIO(each)) for each in photos(2)]
    file = io.BytesIO()
    frames[0].save(file, "WEBP", save_all=True, append_images=frames[1:])
    return file.getvalue()


def parse() -> argparse.Namespace:
    """Arguments."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pictures", type=Path, help="a bundle for pictures")
    parser.add_argument("--texts", type=Path, help="a bundle for texts")
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--malformed", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--record", action="store_true", help="write to RESULTS.md")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
