"""MediaPipe Tasks: a classifier made of a file alone, in Python and in Chromium."""

from __future__ import annotations

import base64
import io
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.clients import browser, elsewhere, places
from benchmarks.clients.answers import Answer, Raw, scores_of
from benchmarks.clients.case import Case
from benchmarks.clients.client import Answers, Client
from kerasapps.config import kinds
from kerasapps.preprocess.image import open_image

WORKER = Path(__file__).parents[1] / "workers" / "mediapipe_tasks.py"
MARK = b"TFLITE_METADATA"
VISION, TEXT, AUDIO = (f"@mediapipe/tasks-{name}" for name in ("vision", "text", "audio"))
ITS_RESIZING = (
    "MediaPipe reads the four pixels around each place of the large picture, without antialiasing "
    "and half a pixel off: little is lost on the plain shapes here, 15 of 100 labels on pictures "
    "full of patterns that are reduced a lot. So it is shown, not judged: resize before."
)
BEYOND_ASCII = (
    "MediaPipe's wordpieces are made of lower-cased texts whose accents stay, ours of texts "
    "without accents: what is beyond ASCII is shown apart, not judged."
)


def cannot(case: Case) -> str:
    """What it has no task for, and files that say nothing of themselves."""
    if not case.is_tflite:
        return "no TFLite file"
    if case.reads not in (kinds.PICTURE, kinds.SOUND, kinds.WORDS, kinds.WORDPIECES):
        return f"MediaPipe has no task that takes {_PLURALS[case.reads]}"
    if case.answers not in (kinds.CLASSES, kinds.LABELS):
        return "MediaPipe classifies only"
    if case.reads == "wordpieces" and not case.manifest.input["lowercase"]:
        return "MediaPipe lower-cases all texts, this vocabulary knows capitals"
    if MARK not in case.file.read_bytes():
        return "MediaPipe refuses files without metadata: export the bundle again"
    return ""


_PLURALS = {
    kinds.ROWS: "rows of a table",
    kinds.SENTENCEPIECE: "SentencePiece ids",
    kinds.TOKENS: "words and answers with tags",
}


def _no_picture(case: Case) -> str:
    return cannot(case) or ("" if case.reads == "picture" else "it reads no pictures")


def _no_wordpieces(case: Case) -> str:
    return cannot(case) or ("" if case.reads == "wordpieces" else "it reads no wordpieces")


def is_usual(case: Case, raw: Raw) -> bool:
    """Whatever MediaPipe prepares as we do: all but wordpieces of what is beyond ASCII."""
    return case.reads != "wordpieces" or str(raw).isascii()


def pixels(case: Case, *, resized: bool) -> Iterator[np.ndarray]:
    """The pictures as RGB, uint8 `(h, w, 3)`: as ours resizes them, or of their size."""
    for raw, own in zip(case.examples, case.inputs, strict=True):
        picture = own if resized else np.asarray(open_image(raw, own.shape[-1]))
        grey = picture.ndim == 2 or picture.shape[-1] == 1
        yield np.repeat(picture.reshape(*picture.shape[:2], 1), 3, -1) if grey else picture


def by_label(case: Case) -> Callable[[Any], list[Answer]]:
    """From categories `[[name, score], …]` of each of the file's inputs to answers."""
    return lambda told: case.answered(scores_of(dict(each), case.labels) for each in told)


def _in_python(*, resized: bool) -> Callable[[Sequence[Case]], Iterator[Answers]]:
    def answers(cases: Sequence[Case]) -> Iterator[Answers]:
        with tempfile.TemporaryDirectory() as scratch:
            jobs = [
                _python_job(case, Path(scratch) / str(n), resized) for n, case in enumerate(cases)
            ]
            python = places.python_with("mediapipe")
            values = elsewhere.answered([str(python), WORKER], jobs)
            yield from elsewhere.read(values, by=[by_label(case) for case in cases])

    return answers


def _python_job(case: Case, folder: Path, resized: bool) -> Mapping[str, Any]:
    if case.reads not in (kinds.PICTURE, kinds.SOUND):
        return {"file": str(case.file), "texts": list(case.examples)}
    folder.mkdir()
    if case.reads == kinds.SOUND:
        for number, samples in enumerate(case.inputs):
            np.save(folder / f"{number:04d}.npy", samples)
        return {"file": str(case.file), "sounds": str(folder), "rate": _rate(case)}
    for number, picture in enumerate(pixels(case, resized=resized)):
        np.save(folder / f"{number:04d}.npy", picture)
    return {"file": str(case.file), "pictures": str(folder)}


def _in_chromium(*, resized: bool) -> Callable[[Sequence[Case]], Iterator[Answers]]:
    def answers(cases: Sequence[Case]) -> Iterator[Answers]:
        jobs = [_web_job(case, resized) for case in cases]
        files = {f"/{n}.tflite": case.file for n, case in enumerate(cases)}
        jobs = [{**job, "model": f"/files/{n}.tflite"} for n, job in enumerate(jobs)]
        values = browser.answered("tasks.html", jobs, files=files)
        yield from elsewhere.read(values, by=[by_label(case) for case in cases])

    return answers


def _rate(case: Case) -> int:
    return int(case.manifest.input["rate"])


def _web_job(case: Case, resized: bool) -> Mapping[str, Any]:
    if case.reads == kinds.SOUND:
        sounds = [base64.b64encode(each.tobytes()).decode() for each in case.inputs]
        return {"task": "sound", "sounds": sounds, "rate": _rate(case)}
    if case.reads != kinds.PICTURE:
        return {"task": "text", "texts": list(case.examples)}
    return {"task": "picture", "pictures": [_png(each) for each in pixels(case, resized=resized)]}


def _png(picture: np.ndarray) -> str:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "png")
    return base64.b64encode(file.getvalue()).decode()


def _no_python() -> str:
    return places.no_python_with("mediapipe")


def _no_page() -> str:
    lacks = (places.no_module(name) for name in (VISION, TEXT, AUDIO))
    return places.no_program("chromium") or next(filter(None, lacks), "")


def _python_version() -> str:
    return places.version_in(places.python_with("mediapipe"), "mediapipe")


def _web_version() -> str:
    versions = (places.version_of_module(name) for name in (VISION, TEXT, AUDIO))
    return ", ".join(versions)


def _clients(
    where: str,
    answers: Callable[..., Callable[[Sequence[Case]], Iterator[Answers]]],
    missing: Callable[[], str],
    version: Callable[[], str],
) -> Iterator[Client]:
    usual: dict[str, Any] = {"missing": missing, "version": version}
    yield Client(
        name=f"MediaPipe Tasks, {where}",
        **usual,
        cannot=cannot,
        answers=answers(resized=True),
        suits=is_usual,
        note="Pictures are given resized as in training, sounds as clips of the model's length and "
        "rate; texts as they are, "
        "of wordpieces those of ASCII, which a NUL ends early there.",
    )
    yield Client(
        name=f"MediaPipe Tasks, {where}, its own resizing",
        **usual,
        cannot=_no_picture,
        answers=answers(resized=False),
        floor=None,
        note=ITS_RESIZING,
    )
    yield Client(
        name=f"MediaPipe Tasks, {where}, wordpieces beyond ASCII",
        **usual,
        cannot=_no_wordpieces,
        answers=answers(resized=True),
        suits=lambda case, raw: not is_usual(case, raw),
        floor=None,
        note=BEYOND_ASCII,
    )


CLIENTS = (
    *_clients("Python", _in_python, _no_python, _python_version),
    *_clients("Chromium", _in_chromium, _no_page, _web_version),
)
