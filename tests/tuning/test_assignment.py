"""What a worker is told to do."""

from __future__ import annotations

import keras_tuner
from keras_tuner.engine.trial import Trial

from kerasapps.tuning.assignment import Assignment, assignment_of, handed_out, job_of


def trial(**values: object) -> Trial:
    hyperparameters = keras_tuner.HyperParameters()
    hyperparameters.values = dict(values)
    return Trial(hyperparameters, trial_id="0007", status="RUNNING")


def test_values_of_keras_tuners_own_are_no_options() -> None:
    plain = trial(width=0.1, model="cnn")
    assert assignment_of(plain) == Assignment(7, {"width": 0.1, "model": "cnn"}, None, None)
    later = trial(width=0.1, **{"tuner/epochs": 9, "tuner/trial_id": "0003", "tuner/round": 1})
    assert assignment_of(later) == Assignment(7, {"width": 0.1}, 9, 3)


def test_a_job_is_the_same_behind_the_wire() -> None:
    trial_of_oracle = trial(
        rate=0.1234567890123456, **{"tuner/epochs": 9, "tuner/trial_id": "0000"}
    )
    copy = handed_out(trial_of_oracle)
    assert copy is not trial_of_oracle and (copy.trial_id, copy.status) == ("0007", "RUNNING")
    assert (
        job_of(copy) == job_of(Trial.from_proto(copy.to_proto())) == assignment_of(trial_of_oracle)
    )
    copy.hyperparameters.values.clear()
    assert trial_of_oracle.hyperparameters.values["rate"] == 0.1234567890123456
