"""A11: bundles of strangers.

Their manifests are written anew, with a hash that fits, and their folders are spoiled. Whatever
is off is refused by name within seconds, and nothing is written outside the bundle.
"""

from __future__ import annotations

import math
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hostile_cases import Case, Ending, Verdict, command, judge, judge_command
from hostile_workshop import Workshop

import kerasapps
from tests.deploy.tampered import put, tamper

Change = Callable[[dict[str, Any]], object]

HUGE = 10**9
EVIL_NAMES = ("../planted", "/tmp/planted", "a/../../planted", "usercustomize.py", "..", "", "a\0b")
EVIL_PATHS = (
    "../x.tflite",
    "/etc/passwd",
    "C:\\x.tflite",
    "a//b",
    "./model_int8.tflite",
    "/",
)
EVIL_VALUES: tuple[Any, ...] = (
    None, True, -1, HUGE, 1e308, math.nan, math.inf, "", "../x", "/etc/passwd", [], {}, [[]], "\0"
)  # fmt: skip
PLACES = (
    "task", "labels", "labels.0", "input", "input.height", "input.channels", "input.resize",
    "artifacts", "artifacts.0", "artifacts.0.name", "artifacts.0.path", "artifacts.0.passed",
    "artifacts.0.metric", "artifacts.0.size_bytes", "files", "files.labels.txt", "data",
    "data.source", "data.fingerprint", "settings", "settings.train", "settings.train.seed",
    "settings.image", "history", "history.rows", "history.best_epoch", "environment", "metrics",
    "created", "schema_version",
)  # fmt: skip
# What these hold is shown or compared, not run: many values are as good as others.
FREE = {
    "labels.0": (str,),
    "data.fingerprint": (str,),
    "data.source": (str,),
    "created": (str,),
    "artifacts.0.size_bytes": (int,),
    "settings.train.seed": (int,),
    "history.best_epoch": (int,),
    "artifacts.0.metric": (type(None),),
    "artifacts.0.path": (type(None),),
    **dict.fromkeys(("metrics", "environment", "settings.image", "input"), (dict,)),
    "artifacts": (list,),
    "history.rows": (list,),
}


def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """Every case known; then random values in random places, and random flips of bytes."""
    for name in EVIL_NAMES:
        yield from both(workshop, f"name {name!r}", setting("artifacts.0.name", name))
    for path in EVIL_PATHS:
        yield from both(workshop, f"path {path!r}", setting("artifacts.0.path", path))
    yield loaded(workshop, "files: {}", setting("files", {}))
    yield loaded(workshop, "what runs is not listed", unlist)
    for task, place in (
        ("pictures", "input.height"),
        ("texts", "input.max_length"),
        ("translations", "input.max_target"),
        ("translations", "settings.translation.beam"),
    ):
        yield loaded(workshop, f"{place} {HUGE}", setting(place, HUGE), task=task)
        size = draw.randrange(33, 4000)
        yield loaded(workshop, f"{place} {size}", setting(place, size), task=task)
    for name in ("model_int8.tflite", "labels.txt", "saved_model"):
        yield Case(f"{name} is a link", linked(workshop, name))
    yield Case("a pipe", piped(workshop))
    yield Case("a file more in saved_model", slipped_in(workshop))
    yield Case("command line", on_command_line(workshop))
    for number in range(10 * variants):
        place, value = draw.choice(PLACES), draw.choice(EVIL_VALUES)
        yield drawn(workshop, f"{number}: {place} = {value!r}", place, value)
        yield Case(f"{number}: bytes of bundle.json", flipped(workshop, draw.randrange(2**32)))


def setting(place: str, value: Any) -> Change:
    return lambda values: put(values, place, value)


def unlist(values: dict[str, Any]) -> None:
    del values["files"]["model_int8.tflite"]


def both(workshop: Workshop, name: str, change: Change) -> Iterator[Case]:
    """`load_bundle` refuses it, and `export` does, which leaves nothing anywhere."""
    yield loaded(workshop, name, change)

    def run() -> Verdict:
        bundle = tamper(workshop.copy(workshop.pictures), change)
        before = sorted(bundle.parent.parent.rglob("*"))
        verdict = judge(lambda: kerasapps.export_bundle(bundle), refusal=("bundle.json",))
        if sorted(bundle.parent.parent.rglob("*")) != before:
            return Verdict(Ending.WRONG, "files appeared or went")
        return verdict

    yield Case(f"export: {name}", run)


def loaded(workshop: Workshop, name: str, change: Change, *, task: str = "pictures") -> Case:
    def run() -> Verdict:
        bundle = tamper(workshop.copy(getattr(workshop, task)), change)
        return judge(lambda: kerasapps.load_bundle(bundle), refusal=("make", "again"))

    return Case(f"{task}: {name}", run)


def drawn(workshop: Workshop, name: str, place: str, value: Any) -> Case:
    """A random value in a random place: refused by a BundleError, or of the right kind there."""

    def change(values: dict[str, Any]) -> None:
        if place.startswith("files."):
            values["files"]["labels.txt"] = value
        else:
            put(values, place, value)

    def run() -> Verdict:
        bundle = tamper(workshop.copy(workshop.pictures), change)
        fits = isinstance(value, FREE.get(place, ())) and not isinstance(value, bool)
        return judge(
            lambda: kerasapps.load_bundle(bundle).task,
            right=(lambda task: task == "image_classification") if fits else None,
        )

    return Case(name, run)


def flipped(workshop: Workshop, seed: int) -> Callable[[], Verdict]:
    def run() -> Verdict:
        draw, bundle = random.Random(seed), workshop.copy(workshop.pictures)
        content = bytearray((bundle / "bundle.json").read_bytes())
        for _ in range(draw.randint(1, 8)):
            content[draw.randrange(len(content))] = draw.choice(b'{}[]",:0e-\\\xff')
        (bundle / "bundle.json").write_bytes(content)
        whole = bytes(content) == (workshop.pictures / "bundle.json").read_bytes()
        return judge(lambda: kerasapps.load_bundle(bundle), right=lambda _: whole)

    return run


def linked(workshop: Workshop, name: str) -> Callable[[], Verdict]:
    def run() -> Verdict:
        bundle = workshop.copy(workshop.pictures)
        outside = workshop.fresh("outside") / "target"
        (bundle / name).rename(outside)
        (bundle / name).symlink_to(outside)
        return judge(lambda: kerasapps.load_bundle(bundle), refusal=(name, "link"))

    return run


def piped(workshop: Workshop) -> Callable[[], Verdict]:
    def run() -> Verdict:
        bundle = workshop.copy(workshop.pictures)
        (bundle / "labels.txt").unlink()
        os.mkfifo(bundle / "labels.txt")
        return judge(lambda: kerasapps.load_bundle(bundle), refusal=("labels.txt", "regular"))

    return run


def slipped_in(workshop: Workshop) -> Callable[[], Verdict]:
    def run() -> Verdict:
        bundle = workshop.copy(workshop.pictures)
        (bundle / "saved_model" / "assets.extra").write_text("x")
        return judge(lambda: kerasapps.load_bundle(bundle), refusal=("assets.extra", "not listed"))

    return run


def on_command_line(workshop: Workshop) -> Callable[[], Verdict]:
    def run() -> Verdict:
        change = setting("artifacts.0.name", "../planted")
        bundle: Path = tamper(workshop.copy(workshop.pictures), change)
        return judge_command(
            lambda: command("predict", bundle, "a.png", "--json"), refusal=("artifacts[0].name",)
        )

    return run
