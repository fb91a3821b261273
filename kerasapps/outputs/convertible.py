"""A trained network in the form that converts, whatever it is made of."""

from __future__ import annotations

from typing import Protocol

import keras

from kerasapps.export.network import keeping_temperature, without_temperature
from kerasapps.models.ensemble import in_each_member, members_of


class Converts(Protocol):
    """A reading, which knows what its task's networks look like."""

    def convertible(self, network: keras.Model) -> keras.Model:
        """The trained network in the form that converts."""


def convertible(reading: Converts, network: keras.Model) -> keras.Model:
    """The network in the form that converts; of an ensemble that of each of its networks.

    Args:
        reading: gives one network that form.
        network: as it ships.
    """
    if not members_of(without_temperature(network)):
        return reading.convertible(network)
    return keeping_temperature(network, lambda plain: in_each_member(plain, reading.convertible))
