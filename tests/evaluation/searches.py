"""Searches as the report is given them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from kerasapps.config.metric import Metric
from kerasapps.evaluation.shown_search import ShownAxis, ShownSearch, ShownTrial

SHARE = Metric(name="accuracy", key="accuracy", quality="accuracy")
AXES = (
    ShownAxis(name="model", choices=("cnn", "vit")),
    ShownAxis(name="width", choices=(0.5, 1.0, 2.0)),
    ShownAxis(name="kernel", choices=(3, 5)),
    ShownAxis(name="dropout"),
    ShownAxis(name="learning_rate", log=True),
)


def shown_search(**changes: Any) -> ShownSearch:
    """Twenty random trials; one failed, one ended early, the worst is too large a file.

    With vit there is no `kernel`.
    """
    rng = np.random.default_rng(0)
    made: list[dict[str, Any]] = []
    for index in range(20):
        values: dict[str, Any] = {
            "model": str(rng.choice(["cnn", "vit"])),
            "width": float(rng.choice([0.5, 1.0, 2.0])),
            "dropout": float(rng.uniform(0, 0.5)),
            "learning_rate": float(10 ** rng.uniform(-4, -2)),
        }
        if values["model"] == "cnn":
            values["kernel"] = int(rng.choice([3, 5]))
        accuracy = 0.95 - 0.05 * (math.log10(values["learning_rate"]) + 3) ** 2
        made.append({"number": index, "values": values, "figure": accuracy, "seconds": 6.0})
    failed, stopped = made.pop(5), made.pop(6)
    ranked = sorted(made, key=lambda each: -each["figure"])
    over = ranked.pop()
    shown = [
        *(ShownTrial(rank=rank, state="done", **each) for rank, each in enumerate(ranked, start=1)),
        ShownTrial(rank=None, state="done", reason="int8 file 3.20 MB (limit 2 MB)", **over),
        ShownTrial(rank=None, state="stopped", reason="hopeless", **stopped),
        ShownTrial(
            rank=None, state="failed", reason="a <b>bad</b> one", **failed | {"figure": None}
        ),
    ]
    given = {
        "objective": "val_accuracy",
        "higher_is_better": True,
        "metric": SHARE,
        "axes": AXES,
        "trials": shown,
        "winner": shown[0].number,
    }
    return ShownSearch(**given | changes)


def search_of(figures: Sequence[float], **changes: Any) -> ShownSearch:
    """Trials with these figures, in this order."""
    better = changes.get("higher_is_better", True)
    order = sorted(
        range(len(figures)), key=lambda each: -figures[each] if better else figures[each]
    )
    trials = [
        ShownTrial(
            number=number,
            state="done",
            rank=order.index(number) + 1,
            figure=figure,
            values={"width": 1.0 + number},
            seconds=30.0,
        )
        for number, figure in enumerate(figures)
    ]
    trials.sort(key=lambda each: each.rank)
    axes = (ShownAxis(name="width"),)
    return shown_search(**{"trials": trials, "axes": axes, **changes})
