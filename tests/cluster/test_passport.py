"""Machines that are not the same are told so."""

from __future__ import annotations

import pytest

from kerasapps.cluster import Cluster
from kerasapps.cluster.passport import passport, require_same
from kerasapps.errors import TrainingError

THREE = Cluster(("a:1", "b:1", "c:1"), 0)
PARTS = {"Keras": "3.15.0", "train": {"epochs": 5, "seed": 0}}


def test_machines_that_are_the_same() -> None:
    require_same([passport(PARTS)] * 3, THREE, advice="")


def test_the_first_worker_that_differs_is_named_with_each_part() -> None:
    other = {"Keras": "3.14.0", "train": {"epochs": 9}}
    passports = [passport(PARTS), passport(PARTS), passport(other)]
    with pytest.raises(TrainingError) as refused:
        require_same(passports, THREE, advice="Give all the same.")
    assert str(refused.value) == (
        "worker 2 (c:1) cannot help the chief (a:1): Keras is 3.14.0, the chief's 3.15.0; "
        "train.epochs is 9, the chief's 5; train.seed is not given, the chief's 0. "
        "Give all the same."
    )


def test_of_many_differences_the_first_are_named() -> None:
    many = {str(number): number for number in range(9)}
    with pytest.raises(TrainingError, match=r"4 is not given.*; and 4 more"):
        require_same([passport(many), passport({})], THREE, advice="")
