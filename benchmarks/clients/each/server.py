"""`kerasapps serve` on loopback: over plain HTTP, and by Triton's client for the protocol v2."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.clients import elsewhere, places
from benchmarks.clients.answers import Answer, Failure, Raw, scores_of
from benchmarks.clients.case import Case
from benchmarks.clients.client import Answers, Client
from benchmarks.clients.reading import answer_of_scores, entities_told, set_of
from benchmarks.clients.reasons import no_tflite
from kerasapps.config import kinds

WORKER = Path(__file__).parents[1] / "workers" / "triton_client.py"
PATIENCE = 60  # seconds to be ready, and of an answer
BATCH = 50
TRITON = "tritonclient"
OUTPUTS = {
    kinds.CLASSES: "scores",
    kinds.LABELS: "scores",
    kinds.NUMBER: "value",
    kinds.TAGS: "entities",
    kinds.TRANSLATION: "translation",
}


def missing() -> str:
    """It needs the extra `serve`."""
    lacks = [name for name in ("fastapi", "uvicorn") if find_spec(name) is None]
    return f"{' and '.join(lacks)} are not here: install kerasapps[serve]" if lacks else ""


@contextmanager
def serving(cases: Sequence[Case]) -> Iterator[str]:
    """The address of a server of the bundles of some cases, all with the files of one name."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    named = [f"{case.bundle}={case.folder}" for case in cases]
    command = [sys.executable, "-m", "kerasapps", "serve", *named, "--port", str(port)]
    command += ["--artifact", cases[0].artifact, "--log-level", "warning"]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        address = f"http://127.0.0.1:{port}"
        try:
            _await_ready(address, process, log)
            yield address
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await_ready(address: str, process: subprocess.Popen[bytes], log: Any) -> None:
    """Until it answers.

    Raises:
        OSError: with the server's last words, if it never does.
    """
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/v2/health/ready", timeout=PATIENCE):
                return
        except OSError:
            time.sleep(0.1)
    log.seek(0)
    raise OSError(f"the server does not begin: {log.read().decode('utf-8', 'replace')[-500:]}")


def by_artifact(
    answer: Callable[[str, Sequence[Case]], Iterator[Answers]],
) -> Callable[[Sequence[Case]], Iterator[Answers]]:
    """`Client.answers`, of what asks one server about all cases with files of one name."""

    def answers(cases: Sequence[Case]) -> Iterator[Answers]:
        found: dict[int, Answers] = {}
        ordered = sorted(range(len(cases)), key=lambda place: cases[place].artifact)
        for _, group in groupby(ordered, key=lambda place: cases[place].artifact):
            places_of = list(group)
            asked = [cases[place] for place in places_of]
            try:
                with serving(asked) as address:
                    found |= zip(places_of, answer(address, asked), strict=True)
            except OSError as error:
                found |= {place: Failure(str(error)) for place in places_of}
        yield from (found[place] for place in range(len(cases)))

    return answers


def over_http(address: str, cases: Sequence[Case]) -> Iterator[Answers]:
    """Pictures and sounds one by one as bodies, texts and rows as JSON, several at once."""
    for case in cases:
        try:
            yield [answer_of_json(case, each) for each in _predictions(f"{address}/models", case)]
        except urllib.error.HTTPError as error:
            yield Failure(f"status {error.code}: {error.read().decode('utf-8', 'replace')[:300]}")
        except (OSError, ValueError, KeyError) as error:
            yield Failure(f"{type(error).__name__}: {error}")


def _predictions(models: str, case: Case) -> Iterator[Any]:
    place = f"{models}/{case.bundle}/predict"
    options = {"top_k": len(case.labels)} if case.answers == kinds.CLASSES else {}
    if case.reads in (kinds.PICTURE, kinds.SOUND):
        query = "&".join(f"{name}={value}" for name, value in options.items())
        for file in case.examples:
            assert isinstance(file, Path)
            yield from _posted(f"{place}?{query}", file.read_bytes(), "application/octet-stream")
        return
    name = "rows" if case.reads == "rows" else "texts"
    for first in range(0, len(case.examples), BATCH):
        values = {name: list(case.examples[first : first + BATCH]), **options}
        yield from _posted(place, json.dumps(values).encode(), "application/json")


def _posted(place: str, body: bytes, kind: str) -> list[Any]:
    request = urllib.request.Request(place, body, {"Content-Type": kind})
    with urllib.request.urlopen(request, timeout=PATIENCE) as response:
        predictions: list[Any] = json.load(response)["predictions"]
        return predictions


def answer_of_json(case: Case, prediction: Any) -> Answer:
    """Of the JSON that `predict` answers with, on the command line and over HTTP."""
    if case.answers == kinds.TRANSLATION:
        return str(prediction["translation"])
    if case.answers == kinds.NUMBER:
        return float(prediction["value"])
    if case.answers == kinds.TAGS:
        return entities_told(prediction["entities"])
    if case.answers == kinds.LABELS:
        return set_of(case.manifest, prediction["labels"], prediction["all_scores"])
    return scores_of(
        dict(zip(prediction["labels"], prediction["scores"], strict=True)), case.labels
    )


def by_triton(address: str, cases: Sequence[Case]) -> Iterator[Answers]:
    """Tensors of BYTES in, scores, numbers, entities or translations out."""
    jobs = [
        {
            "url": address.removeprefix("http://"),
            "model": case.bundle,
            "output": OUTPUTS[case.answers],
            "examples": [elsewhere.told(raw) for raw in case.examples],
        }
        for case in cases
    ]
    python = places.python_with(TRITON)
    values = elsewhere.answered([str(python), WORKER], jobs)
    yield from elsewhere.read(values, by=[_reading(case) for case in cases])


def _reading(case: Case) -> Callable[[Any], list[Answer]]:
    if case.answers == kinds.TAGS:
        return lambda rows: [entities_told(json.loads(row)) for row in rows]
    if case.labels:
        return lambda rows: [
            answer_of_scores(case.manifest, np.array(row, np.float32)) for row in rows
        ]
    return list


def is_short(case: Case, raw: Raw) -> bool:
    """Within the server's limit of a text's length, which is an option."""
    return not isinstance(raw, str) or len(raw) <= 20_000


CLIENTS = (
    Client(
        name="`kerasapps serve`, HTTP",
        version=lambda: "",
        missing=missing,
        cannot=no_tflite,
        answers=by_artifact(over_http),
        suits=is_short,
    ),
    Client(
        name="`kerasapps serve`, tritonclient",
        version=lambda: places.version_in(places.python_with(TRITON), TRITON),
        missing=lambda: missing() or places.no_python_with(TRITON),
        cannot=no_tflite,
        answers=by_artifact(by_triton),
        suits=is_short,
        note="By the Open Inference Protocol v2.",
    ),
)
