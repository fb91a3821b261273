"""An oracle for chiefs, and workers that call them over real gRPC."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kerasapps.config import TuneConfig
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.tuning.chief import Chief
from kerasapps.tuning.client import ChiefClient
from kerasapps.tuning.objective import make_objective
from kerasapps.tuning.oracles import make_oracle
from kerasapps.tuning.trial import Outcome
from tests.tuning.planted_search import SETTINGS, space
from tests.tuning.trusted import TRUST

DONE = Outcome("done", {"val_accuracy": 0.5}, seconds=1.5)


def oracle(save: Any = lambda: None, **tune: Any) -> Any:
    config = TuneConfig(**{"trials": 4} | tune)
    objective = make_objective(config, answer=CLASSES)
    return make_oracle(config, space=space(), objective=objective, seed=3, epochs=2, save=save)


@contextmanager
def client(chief: Chief, name: str = "a", *, hello: bool = True) -> Iterator[ChiefClient]:
    caller = ChiefClient(chief.address, worker=name, patience=5, trust=TRUST)
    if hello:
        caller.hello(SETTINGS)
    yield caller
    caller.close()
