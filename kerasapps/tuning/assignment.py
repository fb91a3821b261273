"""What a worker is told to do, in a form that survives keras-tuner's protocol."""

from __future__ import annotations

import json
from typing import Final, NamedTuple

import keras_tuner
from keras_tuner.engine.trial import Trial

from kerasapps.tuning.messages import JOB_VALUE
from kerasapps.tuning.trial import Values

_OWN: Final = "tuner/"  # values that are keras-tuner's, not options


class Assignment(NamedTuple):
    """What a worker is to do.

    Attributes:
        number: of the trial.
        values: by option, in full precision.
        epochs: train up to this epoch; None: as the options say.
        resume: number of the trial whose training this one goes on with, if any.
    """

    number: int
    values: Values
    epochs: int | None
    resume: int | None


def assignment_of(trial: Trial) -> Assignment:
    """What one of the oracle's own trials asks for."""
    values = trial.hyperparameters.values
    source = values.get("tuner/trial_id")
    return Assignment(
        number=int(trial.trial_id),
        values={name: value for name, value in values.items() if not name.startswith(_OWN)},
        epochs=values.get("tuner/epochs"),
        resume=None if source is None else int(source),
    )


def handed_out(trial: Trial) -> Trial:
    """A copy for a worker that carries its job; what becomes of it there stays there.

    keras-tuner's protocol sends numbers in single precision, so the job travels as text.
    """
    hyperparameters = keras_tuner.HyperParameters()
    hyperparameters.values = {JOB_VALUE: json.dumps(assignment_of(trial)._asdict())}
    return Trial(hyperparameters, trial_id=trial.trial_id, status=trial.status)


def job_of(trial: Trial) -> Assignment:
    """What a trial that `create_trial` returned asks for, also after its way over the wire."""
    return Assignment(**json.loads(trial.hyperparameters.values[JOB_VALUE]))
