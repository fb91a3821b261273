"""`kerasapps predict` where only what running needs is installed."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence

from benchmarks.clients import places
from benchmarks.clients.answers import Answer, Raw
from benchmarks.clients.case import Case
from benchmarks.clients.client import Client, one_by_one
from benchmarks.clients.each.server import answer_of_json
from benchmarks.clients.reasons import no_tflite
from kerasapps.config import kinds

HEAVY = "tensorflow"


def is_a_line(case: Case, raw: Raw) -> bool:
    """What standard input has on a line; texts without a character are refused, in words."""
    return not isinstance(raw, str) or (bool(raw.strip()) and len(raw.splitlines()) == 1)


def answer(case: Case) -> Sequence[Answer]:
    """What each example gives, all asked at once.

    Raises:
        ValueError: with the last words of the command, if it fails.
    """
    python = places.python_with("kerasapps", without=HEAVY)
    command = [str(python), "-m", "kerasapps", "predict", str(case.folder)]
    command += ["--artifact", case.artifact, "--json"]
    command += ["--top-k", str(len(case.labels))] if case.answers == kinds.CLASSES else []
    texts = "".join(f"{raw}\n" for raw in case.examples) if case.reads not in _NAMED else ""
    named = [] if texts else [_NAMED[case.reads](raw) for raw in case.examples]
    done = subprocess.run(
        [*command, *(named or ["-"])], input=texts.encode(), capture_output=True, check=False
    )
    if done.returncode:
        raise ValueError((done.stdout + done.stderr).decode("utf-8", "replace")[-400:])
    return [answer_of_json(case, each) for each in json.loads(done.stdout)["predictions"]]


_NAMED = {kinds.PICTURE: str, kinds.SOUND: str, kinds.ROWS: json.dumps}

CLIENTS = (
    Client(
        name="`kerasapps predict`, light installation",
        version=lambda: "",
        missing=lambda: places.no_python_with("kerasapps", without=HEAVY),
        cannot=no_tflite,
        answers=one_by_one(answer),
        suits=is_a_line,
        note="A Python without TensorFlow. Texts go in by standard input, a line each.",
    ),
)
