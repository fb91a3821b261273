"""A plan has all that an architecture says."""

from __future__ import annotations

import dataclasses

from kerasapps.config import ModelConfig, TrainConfig
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.recipes.registry import TASKS
from kerasapps.workflow.plan import Plan


def test_what_an_architecture_says_is_in_the_plan() -> None:
    usual = next(iter(TASKS["text_classification"].architectures.known.values()))
    asked = dataclasses.replace(usual, family="conv", minutes=7.0, passes=1.5)
    model, train = ModelConfig(model="some_net"), TrainConfig(epochs=3)
    plan = Plan.of(asked, model=model, train=train, answer=CLASSES)
    assert (plan.family, plan.minutes, plan.passes) == ("conv", 7.0, 1.5)
    assert (plan.model, plan.train, plan.answer) == (model, train, CLASSES)
