"""What a translation network is built for."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from kerasapps.errors import ConfigError
from kerasapps.models import translator
from kerasapps.models.translator import Translator, TranslatorShape, source_mask
from tests.values import kinds_of

SHAPE = TranslatorShape(
    source_vocabulary=5, target_vocabulary=5, joint=True, max_source=2, max_target=2
)


def test_the_smallest_shape_and_where_nobody_says() -> None:
    assert dataclasses.asdict(SHAPE) == {
        "source_vocabulary": 5, "target_vocabulary": 5, "joint": True, "max_source": 2,
        "max_target": 2, "width": 1.0, "depth": 1.0, "dropout": None, "norm": None,
        "positions": "sinusoidal", "tied": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("field", "least"),
    [("source_vocabulary", 5), ("target_vocabulary", 5), ("max_source", 2), ("max_target", 2)],
)
def test_what_could_hold_no_sentence(field: str, least: int) -> None:
    message = f"TranslatorShape.{field} must be at least {least}, got {least - 1}"
    with pytest.raises(ConfigError, match=message):
        dataclasses.replace(SHAPE, joint=False, **{field: least - 1})


def test_a_joint_vocabulary_has_one_size() -> None:
    with pytest.raises(ConfigError, match="source_vocabulary=5 and target_vocabulary=6"):
        dataclasses.replace(SHAPE, target_vocabulary=6)
    dataclasses.replace(SHAPE, target_vocabulary=6, joint=False)


class Plain(Translator):
    """Nothing but an embedding."""

    def __init__(self, shape: TranslatorShape, **kwargs) -> None:
        super().__init__(shape, **kwargs)
        self._build_embedding(3)


@pytest.mark.parametrize(
    ("changes", "tables"),
    [({}, 1), ({"tied": False}, 2), ({"joint": False}, 2), ({"joint": False, "tied": False}, 3)],
)
def test_the_embedding_follows_the_shape(changes, tables: int) -> None:
    network = Plain(dataclasses.replace(SHAPE, **changes))
    assert [len(weight.shape) for weight in network.weights].count(2) == tables
    assert network.embedding.dimensions == 3 and network.embedding.name == "embedding"
    network.build()
    assert network.built and network.for_export() is network


def test_a_configuration_makes_the_same_network() -> None:
    network = Plain(dataclasses.replace(SHAPE, width=0.5, norm="post"), name="mine")
    again = Plain.from_config(network.get_config())
    assert (again.shape, again.name) == (network.shape, "mine")


def test_where_pieces_are() -> None:
    assert np.asarray(source_mask(np.array([[4, 3, 0]]))).tolist() == [[True, True, False]]


def test_a_network_of_its_own_must_read_and_write() -> None:
    network = Plain(SHAPE)
    with pytest.raises(NotImplementedError):
        network.encode(np.zeros((1, 2), np.int32))
    with pytest.raises(NotImplementedError):
        network.decode_step(np.zeros(1, np.int32), 0, {}, {})


def test_kinds_of_values() -> None:
    assert kinds_of(translator) == {"TranslatorShape": "frozen, by name"}
