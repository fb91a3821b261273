"""Services on other machines that options name: whether they answer, before work begins."""

from __future__ import annotations

import dataclasses
import socket
from collections.abc import Mapping
from typing import Any, Final

from kerasapps.cluster.addresses import split_address
from kerasapps.errors import ConfigError

SCHEME: Final = "grpc://"
_ANSWERS_WITHIN: Final = 10.0  # seconds


def require_services(options: Mapping[str, Any]) -> None:
    """Makes sure that every service that options name takes a call.

    Args:
        options: section → its config; of its fields those with `service` in `option` are looked at.

    Raises:
        ConfigError: naming the first that does not.
    """
    for config in options.values():
        for field in dataclasses.fields(config):
            address = getattr(config, field.name)
            if field.metadata.get("service") and address is not None:
                answering(address, field=field.name)


def answering(service: str, *, field: str) -> str:
    """A service's address, once something there has taken a call.

    Args:
        service: HOST:PORT, also after `grpc://`.
        field: of a config, which named it.

    Raises:
        ConfigError: if nothing does.
    """
    address = service.removeprefix(SCHEME)
    try:
        with socket.create_connection(split_address(address), timeout=_ANSWERS_WITHIN):
            pass
    except (OSError, ValueError, OverflowError) as error:
        raise ConfigError(
            f"No {field.replace('_', ' ')} answers at {service} ({error}): start its dispatcher, "
            f"or leave out --{field.replace('_', '-')}."
        ) from None
    return f"{SCHEME}{address}"
