"""What may be asked for of examples without labels."""

from __future__ import annotations

import copy
import dataclasses
from pathlib import Path
from typing import Any

import pytest

from kerasapps.config import UnlabelledConfig
from kerasapps.config.checks import identifying_values, with_identifying
from kerasapps.config.unlabelled import InMemory
from kerasapps.errors import ConfigError
from tests.config.bounds import Number, check_number


def test_nothing_is_asked_for_as_it_is() -> None:
    config = UnlabelledConfig()
    assert not config.asked
    assert config.data is None


@pytest.mark.parametrize("value", ["more", Path("more")])
def test_a_place_is_a_text(value: Any) -> None:
    assert UnlabelledConfig(unlabelled=value).unlabelled == "more"


def test_a_place_is_checked_and_a_name_is_none() -> None:
    with pytest.raises(ConfigError, match=r"UnlabelledConfig\.unlabelled"):
        UnlabelledConfig(unlabelled="")
    named = "builtin:reviews"
    assert UnlabelledConfig(unlabelled=named).unlabelled == named


def test_data_in_memory_is_neither_copied_nor_written_out() -> None:
    texts = ["one", "two"]
    config = UnlabelledConfig(unlabelled=texts)
    assert config.data is texts
    assert str(config.unlabelled) == "DATA"
    assert copy.deepcopy(config).data is texts
    assert dataclasses.replace(config, pseudo_rounds=3).data is texts
    assert isinstance(config.unlabelled, InMemory)


def test_which_data_it_is_tells_no_run_from_another() -> None:
    values = identifying_values(UnlabelledConfig(unlabelled="more", pseudo_rounds=1))
    assert values["unlabelled"] is True
    # A bundle knows that there was some, and not where it lies by now.
    read = with_identifying(UnlabelledConfig, values)
    assert read == UnlabelledConfig(pseudo_rounds=1)
    assert read.alone == ("pseudo_rounds",)


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("pseudo_threshold", Number(0.5, 1, may_be_none=True)),
        ("unlabelled_weight", Number(0.01, 1, may_be_none=True)),
        ("pseudo_rounds", Number(1, 10, whole=True, may_be_none=True)),
    ],
)
def test_numbers_have_bounds(name: str, number: Number) -> None:
    check_number(UnlabelledConfig, name, number)


def test_it_counts_more_from_network_to_network() -> None:
    config = UnlabelledConfig(unlabelled="more", unlabelled_weight=0.6, pseudo_rounds=3)
    assert [config.weight_in(number) for number in (1, 2, 3)] == pytest.approx([0.2, 0.4, 0.6])
    assert UnlabelledConfig(unlabelled="more").weight_in(2) == 1
