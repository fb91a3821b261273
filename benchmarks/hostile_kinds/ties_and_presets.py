"""C23: trials that tie, and presets that there are not."""

from __future__ import annotations

import os
import random
import string
import time
from collections.abc import Iterator

from hostile_cases import Case, Ending, Printed, Verdict, command, judge, judge_command
from hostile_workshop import Workshop

from kerasapps.config import ModelConfig, TuneConfig
from kerasapps.config.presets import preset_names
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.recipes.registry import IMAGE_CLASSIFICATION, TEXT_CLASSIFICATION
from kerasapps.tuning.objective import make_objective
from kerasapps.tuning.records import Leaderboard, TrialRecord
from kerasapps.workflow.search.first import first_options

SECONDS = 2.0  # of computing, until a preset that there is not is refused


def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """Ties of objectives that often tie; misspelt, invented and misplaced names."""
    for objective in ("int8_size_mb", "epochs", "parameters", "val_accuracy"):
        for _ in range(variants + 1):
            seed = draw.getrandbits(32)
            name = f"ties of {objective}, seed {seed}"
            yield Case(name, lambda objective=objective, seed=seed: ties(objective, seed))
    names = ["", "resnet", "bert_tiny_en_uncasd", "https://keras.io/x", "/no/such/folder"]
    known = sorted(preset_names())
    for _ in range(variants):
        name = draw.choice(known)
        place = draw.randrange(len(name))
        names.append(name[:place] + draw.choice(string.ascii_lowercase) + "q" + name[place + 1 :])
        names.append("".join(draw.choices(string.printable.strip(), k=draw.randrange(3, 40))))
    for name in names:
        yield Case(f"Python, preset:{name}", lambda name=name: refused_in_python(name))
    for name in names[1:3]:
        yield Case(f"command, preset:{name}", lambda name=name: refused_by_the_command(name))


def ties(objective: str, seed: int) -> Verdict:
    """However the trials come, of those that tie the better network is ranked first."""
    dice = random.Random(seed)
    records = [
        TrialRecord(
            number,
            {},
            "done",
            {
                "val_accuracy": dice.choice([0.5, 0.75]),
                "int8_accuracy": dice.choice([0.5, 0.75]),
                "val_loss": dice.choice([0.1, 0.2, 0.3]),
                "int8_size_mb": dice.choice([1.0, 2.0]),
                "epochs": dice.choice([3.0, 4.0]),
                "parameters": 100.0,
            },
        )
        for number in range(12)
    ]
    made = make_objective(TuneConfig(objective=objective), answer=CLASSES)
    ranked = Leaderboard(made, tuple(records)).ranked
    keys = []
    for record in ranked:
        figures = record.figures
        sign = 1 if objective == "val_accuracy" else -1
        file = [-figures["int8_accuracy"]] if objective.startswith("int8") else []
        quality = [*file, -figures["val_accuracy"], figures["val_loss"]]
        keys.append([-sign * figures[objective], *quality, record.number])
    right = keys == sorted(keys) and len(keys) == 12
    return Verdict(Ending.RIGHT) if right else Verdict(Ending.WRONG, f"ranked {keys}")


def refused_in_python(name: str) -> Verdict:
    """By its name, before any data is read."""
    preset = f"preset:{name}"
    if name in preset_names():
        return Verdict(Ending.RIGHT)
    for task, options, tune in (
        (TEXT_CLASSIFICATION, {"model": ModelConfig(model=preset)}, None),
        (IMAGE_CLASSIFICATION, {}, TuneConfig(models=(preset,))),
    ):
        verdict = judge(
            lambda task=task, options=options, tune=tune: first_options(
                task, {**task.defaults, **options}, tune
            ),
            refusal=("preset:",),
        )
        if verdict.ending != Ending.REFUSED:
            break
    return verdict


def refused_by_the_command(name: str) -> Verdict:
    """In one line and soon."""
    began, spent = time.monotonic(), os.times()

    def call() -> Printed:
        return command(
            "train", "image-classification", "builtin:digits", "--model", f"preset:{name}"
        )

    verdict = judge_command(call, refusal=("preset:", "did you mean"))
    now = os.times()
    computed = now.children_user + now.children_system
    computed -= spent.children_user + spent.children_system
    if computed > SECONDS:
        wall = time.monotonic() - began
        return Verdict(Ending.WRONG, f"refused after {computed:.1f} s of computing ({wall:.1f} s)")
    return verdict
