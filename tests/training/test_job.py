"""What a training is asked to do, as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kerasapps.config import TrainConfig
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.outputs.classes.criterion import CLASS_CRITERION
from kerasapps.training import job
from kerasapps.training.hooks import NO_HOOKS
from kerasapps.training.job import Job
from kerasapps.training.length import Length
from kerasapps.training.monitor import Monitor
from kerasapps.training.phases import Phase
from tests.training.small import CPU
from tests.values import kinds_of, left_open_in


def asked(phases: list[Phase], **options: Any) -> Job:
    changes = {name: options.pop(name) for name in ("epochs_before",) if name in options}
    return Job(
        model=None,
        batches=lambda start: None,
        validation=None,
        steps_per_epoch=5,
        config=TrainConfig(**options),
        runtime=CPU,
        folder=Path(),
        settings={},
        phases=phases,
        backbone=None,
        multipliers={},
        reporters=[],
        answer=CLASSES,
        criterion=CLASS_CRITERION,
        judge=None,
        pause=None,
        **changes,
    )  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("epochs", "before", "total"),
    [
        ([4], 0, 4),
        ([3, 7], 0, 10),
        ([7], 3, 10),
        ([3, None], 0, None),
        ([None], 2, None),
        ([0], 2, 2),
    ],
)
def test_epochs_of_the_whole_training(
    epochs: list[int | None], before: int, total: int | None
) -> None:
    phases = [Phase(f"p{number}", each) for number, each in enumerate(epochs)]
    assert asked(phases, epochs_before=before).epochs == total
    assert asked(phases).epochs_before == 0


def test_nobody_knows_how_many_epochs_validation_will_allow() -> None:
    length = Length(usual=4, most=9, patience=2)
    assert asked([Phase("head", 3), Phase("tune", 9, length=length)]).epochs is None


def test_what_the_best_epoch_has_the_best_of() -> None:
    assert asked([]).monitor == Monitor("accuracy", CLASSES)
    assert asked([], monitor="loss").monitor == Monitor("loss", CLASSES)
    assert kinds_of(job) == {"Job": "frozen"}


def test_what_need_not_be_given() -> None:
    (left,) = left_open_in(job).values()
    assert not left.pop("callbacks")
    assert left == {
        "head": None,
        "unchanged": None,
        "unmixed": None,
        "stays_frozen": False,
        "epochs_before": 0,
        "kept_from": 1,
        "limit": None,
        "hooks": NO_HOOKS,
    }
