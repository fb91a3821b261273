"""The Kotlin of the app that `--target android` writes, on a Java machine, around LiteRT in Python.

The app's own code reads `bundle.json`, makes the tensors and searches translations; Android and the
runtime's Java part alone are not there. The network's logits are written down while Python
searches, and the Kotlin's own search fails where it asks for what Python did not.
"""

from __future__ import annotations

import atexit
import functools
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.clients.answers import Answer
from benchmarks.clients.arrays import SERVING
from benchmarks.clients.case import Case
from benchmarks.clients.client import Client, one_by_one
from benchmarks.clients.reasons import no_explanation
from kerasapps.config import kinds
from kerasapps.deploy.translation_search import beam_search, greedy
from kerasapps.deploy.translator_file import TFLiteTranslator
from kerasapps.targets.android.write import BUNDLE, write
from kerasapps.targets.app import app_of
from tests.targets.android.jvm import Job, Kotlin, find_kotlin

_ORIENTATION = 0x0112
_ALPHA_FIRST = [3, 0, 1, 2]


def cannot(case: Case) -> str:
    """It runs what there are apps for phones for."""
    if reason := no_explanation(case):
        return reason
    has_app = (case.reads, case.answers) in kinds.PHONE_APPS
    return "" if has_app else "there is no app for phones of such bundles"


def missing() -> str:
    """It wants Java and Kotlin's compiler."""
    kotlin = find_kotlin()
    return kotlin if isinstance(kotlin, str) else ""


def answer(case: Case) -> Sequence[Answer]:
    """What each example gives."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        write(app_of(case.manifest, artifact=case.artifact), place)
        bundle = place / BUNDLE
        if case.answers == "translation":
            return _translations(case, bundle, place)
        inputs = [_told(raw, bundle) for raw in case.examples]
        kind = {"picture": "picture", "rows": "row"}.get(case.reads, "text")
        read = _run([{"job": kind, "folder": str(bundle), "inputs": inputs}], place)
        return _scores(case, read)


def _told(raw: Any, bundle: Path) -> Any:
    """An example as `Check.kt` takes it; of a picture what a phone's decoder would give."""
    if not isinstance(raw, Path):
        return raw
    with Image.open(raw) as picture:
        orientation = int(picture.getexif().get(_ORIENTATION, 1))
        pixels = np.asarray(picture.convert("RGBA"))
    number = sum(1 for _ in bundle.glob("*.argb"))
    file = bundle / f"{number}.argb"
    file.write_bytes(np.ascontiguousarray(pixels[..., _ALPHA_FIRST]).tobytes())
    height, width = pixels.shape[:2]
    shape = {"width": width, "height": height, "orientation": orientation}
    return {"file": file.name, **shape}


def _scores(case: Case, read: Sequence[dict[str, list[float]]]) -> list[Answer]:
    """What the file makes of the tensors."""
    from ai_edge_litert.interpreter import Interpreter

    run = Interpreter(model_path=str(case.file)).get_signature_runner(SERVING)
    takes = run.get_input_details()
    outputs = []
    for tensors in read:
        values = {
            name: np.array(tensors[name]).astype(each["dtype"]).reshape(each["shape"])
            for name, each in takes.items()
        }
        (output,) = run(**values).values()
        outputs.append(output[0])
    return case.answered(outputs)


class _Recording:
    """A network whose logits are written down, by the pieces that lead to them."""

    def __init__(self, network: Any) -> None:
        self._network = network
        self.logits: dict[str, list[float]] = {}

    def start(self, source_ids: Any) -> tuple[str, Any]:
        return "", self._network.start(source_ids)

    def step(self, token: int, position: int, state: tuple[str, Any]) -> Any:
        path, inner = state
        logits, after, attention = self._network.step(token, position, inner)
        path = f"{path} {token}"
        self.logits[path] = logits.tolist()
        return logits, (path, after), attention


def _translations(case: Case, bundle: Path, scratch: Path) -> list[Answer]:
    values = json.loads((bundle / "bundle.json").read_text(encoding="utf-8"))
    job = {"folder": str(bundle), **{key: values[key] for key in ("preprocessing", "answer")}}
    sources = _run([{**job, "job": "encode", "inputs": list(case.examples)}], scratch)
    with_words = [ids for ids in sources if len(ids) > 1]
    inputs = _recorded(case, with_words, values["answer"])
    found = iter(_run([{**job, "job": "translate", "inputs": inputs}], scratch))
    return [next(found) if len(ids) > 1 else "" for ids in sources]


def _recorded(case: Case, sources: Sequence[Sequence[int]], answer: Any) -> list[dict[str, Any]]:
    """Of each sentence the logits that Python's search asks for."""
    beam = int(answer["default_beam"])
    options = {"max_length": answer["max_steps"], "length_penalty": answer["length_penalty"]}
    inputs = []
    with TFLiteTranslator(case.file).lent() as network:
        for ids in sources:
            recording = _Recording(network)
            source = np.array(ids, np.int32)
            if beam == 1:
                greedy(recording, source, **options)
            else:
                beam_search(recording, source, beam=beam, **options)
            inputs.append({"logits": recording.logits, "beam": beam})
    return inputs


def _run(jobs: Sequence[Job], scratch: Path) -> list[Any]:
    kotlin, archive = _compiled()
    return list(kotlin.run(archive, jobs, scratch))


@functools.cache
def _compiled() -> tuple[Kotlin, Path]:
    """Once for all cases."""
    kotlin = find_kotlin()
    assert isinstance(kotlin, Kotlin)
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    return kotlin, kotlin.compile(Path(folder.name))


CLIENTS = (
    Client(
        name="Kotlin of the Android app",
        version=lambda: "",
        missing=missing,
        cannot=cannot,
        answers=one_by_one(answer),
        note="The code of `--target android` on a Java machine; the network runs in Python's "
        "LiteRT, and Pillow decodes the pictures. The Swift of `--target ios` is its twin, which "
        "was not compiled.",
    ),
)
