"""C18: paths.

Home folders that no shell expanded, of nobody, and empty names, wherever a path may be given.
"""

from __future__ import annotations

import contextlib
import os
import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from hostile_cases import Case, Printed, Verdict, command, judge, judge_command
from hostile_workshop import Workshop

import kerasapps
from kerasapps.data.sources.forms import data_path
from kerasapps.files.paths import user_path

_TEXTS = "text,label\n" + "".join(
    f"{word} day number {number},{label}\n"
    for number in range(40)
    for word, label in (("good", "pos"), ("bad", "neg"))
)
# where a path goes → the command with {} in its place, and the word that names it
_PLACES = {
    "data to check": (["check", "{}"], "data"),
    "data to train on": (["train", "sentiment", "{}"], "data"),
    "source": (["check", "--source", "{}", "--target", "x"], "source"),
    "output folder": (["train", "sentiment", "builtin:reviews", "--output-dir={}"], "output-dir"),
    "word vectors": (["train", "sentiment", "builtin:reviews", "--word-vectors={}"], "vectors"),
    "space": (["tune", "sentiment", "builtin:reviews", "--space={}"], "space"),
    "preset": (["train", "sentiment", "builtin:reviews", "--model=preset:{}"], "preset"),
    "bundle": (["predict", "{}", "x"], "bundle"),
    "table of answers": (["predict", "x", "y", "--csv={}"], "csv"),
}


def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """What is refused at every place, then what is meant."""
    impossible = ["", "~nobody9/x"]
    for place in _PLACES:
        for written in (
            *impossible,
            *draw.sample([" ", "\t", "~no-such.user", "~9/~"], min(variants, 1)),
        ):
            if place != "preset" or written.strip():
                yield Case(f"{place}: {written!r}", partial(_refused, workshop, place, written))
    for written in (
        "~/a.csv",
        "~//a.csv",
        "file://~/a.csv",
        draw.choice(["~/./a.csv", "~/x/../a.csv"]),
    ):
        yield Case(f"checks {written}", partial(_checked, workshop, written))
    yield Case("output in the data", partial(_inside, workshop, "~/data/run"))
    yield Case("a run at home", partial(_trained, workshop))
    for _ in range(variants):
        name = "".join(draw.choices("ab ~.é", k=6)).strip(" /") or "a"
        yield Case(f"a file named {name!r}", partial(_named, workshop, name))


def _home(workshop: Workshop) -> tuple[Path, Path]:
    """A home folder with data, and an empty one to be in."""
    folder = workshop.fresh()
    for name in ("home/data/train", "home/x", "here"):
        (folder / name).mkdir(parents=True)
    (folder / "home" / "a.csv").write_text(_TEXTS)
    return folder / "home", folder / "here"


def _command(workshop: Workshop, *arguments: str) -> tuple[Printed, Path]:
    home, here = _home(workshop)
    return command(*arguments, env={"HOME": str(home)}, cwd=here), here


def _refused(workshop: Workshop, place: str, written: str) -> Verdict:
    arguments, word = _PLACES[place]
    left: list[Path] = []

    def call() -> Printed:
        printed, here = _command(workshop, *(each.replace("{}", written) for each in arguments))
        left.extend(here.iterdir())
        # An audit says on standard output what is wrong with the data.
        return Printed(printed.status, printed.out, printed.err + printed.out)

    verdict = judge_command(call, refusal=(word,))
    return verdict if not left else judge(lambda: left)


def _checked(workshop: Workshop, written: str) -> Verdict:
    return judge_command(
        lambda: _command(workshop, "check", written)[0],
        right=lambda printed: printed.status == 0 and "can be used" in printed.out,
        refusal=None,
    )


def _inside(workshop: Workshop, written: str) -> Verdict:
    return judge_command(
        lambda: _command(workshop, "train", "sentiment", "~/data", f"--output-dir={written}")[0],
        refusal=("lies in the data",),
    )


def _trained(workshop: Workshop) -> Verdict:
    home, here = _home(workshop)
    with _at(home, here):
        return judge(
            lambda: kerasapps.train_sentiment_classifier("~/a.csv", output_dir="~/run"),
            right=lambda result: (
                (home / "run" / "bundle" / "bundle.json").is_file() and not list(here.iterdir())
            ),
            refusal=None,
        )


def _named(workshop: Workshop, name: str) -> Verdict:
    home, here = _home(workshop)
    with _at(home, here):
        Path(f"./{name}").touch()
        meant = home if name == "~" else Path(name)
        return judge(
            lambda: (user_path(name, what="it"), data_path(name)),
            right=lambda found: found == (meant, meant),
            refusal=None,
        )


@contextlib.contextmanager
def _at(home: Path, here: Path) -> Iterator[None]:
    before, was = os.environ.get("HOME"), Path.cwd()
    os.environ["HOME"] = str(home)
    os.chdir(here)
    try:
        yield
    finally:
        os.chdir(was)
        if before is None:
            del os.environ["HOME"]
        else:
            os.environ["HOME"] = before
