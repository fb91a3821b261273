"""What chief and workers say to each other: keras-tuner's protocol, and three calls of ours."""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from kerasapps.config.differing import differing

ORACLE: Final = "keras_tuner.Oracle"
"""keras-tuner's gRPC service."""

SERVICE: Final = "kerasapps.Search"
"""Our gRPC service beside keras-tuner's; its messages are JSON objects."""

WORKER_KEY: Final = "kerasapps-worker"
"""Metadata of every call: the worker's name, as keras-tuner's own requests do not all have it."""

JOB_VALUE: Final = "tuner/job"
"""The value among a trial's hyperparameters that says what to do, as JSON: see `oracle.job_of`."""

BEAT_SECONDS: Final = 2.0
"""How often a worker says that it is there, also while its trial computes."""

IDLE_SECONDS: Final = 0.25
"""How long a worker waits when the chief has no trial for it at the moment."""


def path_of(call: str) -> str:
    """The gRPC path of one of our calls: Hello, Beat, Report or Leave."""
    return f"/{SERVICE}/{call}"


def encode(content: Mapping[str, Any]) -> bytes:
    """A JSON object as bytes."""
    return json.dumps(content).encode()


def decode(content: bytes) -> dict[str, Any]:
    """What `encode` made.

    Raises:
        ValueError: if it is no JSON object.
    """
    try:
        message = json.loads(content)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(message, dict):
        raise ValueError("not a JSON object")
    return message


def differences(
    first: Mapping[str, Any], second: Mapping[str, Any], sides: tuple[str, str]
) -> list[str]:
    """What differs between two searches' settings, an entry each.

    For instance `train.epochs is 5 for the chief, 9 for the worker`.

    Args:
        first: settings, JSON-able, nested by name.
        second: other settings.
        sides: words for the two.
    """
    return [
        f"{each.name} is {each.first} {sides[0]}, {each.second} {sides[1]}"
        for each in differing(first, second)
    ]


def keras_tuner_protocol() -> tuple[Any, Any, Any]:
    """keras-tuner's messages, its service's messages, and the service's stubs.

    A worker needs nothing else of keras-tuner, whose own import loads Keras and TensorFlow:
    several seconds and hundreds of megabytes in a process that never computes. So when
    keras-tuner is not loaded yet, its package for the protocol alone is.
    """
    if "keras_tuner" in sys.modules:
        return _protocol()
    spec = importlib.util.find_spec("keras_tuner")
    if spec is None or spec.origin is None:
        raise ImportError("keras_tuner is not installed")
    home = Path(spec.origin).parent
    for name, folder in (("keras_tuner", home), ("keras_tuner.src", home / "src")):
        package = types.ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package
    try:
        return _protocol()
    finally:
        # Whoever imports keras-tuner later gets the whole of it.
        for name in [each for each in sys.modules if each.partition(".")[0] == "keras_tuner"]:
            del sys.modules[name]


def _protocol() -> tuple[Any, Any, Any]:
    protos = importlib.import_module("keras_tuner.src.protos")
    return protos.get_proto(), protos.get_service(), protos.get_service_grpc()
