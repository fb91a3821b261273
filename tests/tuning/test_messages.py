"""What goes over the wire, and how two searches differ."""

from __future__ import annotations

import subprocess
import sys

import pytest

from kerasapps.tuning.messages import decode, differences, encode, keras_tuner_protocol, path_of


def test_what_is_sent_arrives() -> None:
    content = {"a": [1, 2.5, None], "b": "ü"}
    assert decode(encode(content)) == content
    assert path_of("Hello") == "/kerasapps.Search/Hello"
    for broken in (b"", b"[1]", b"[" * 100_000, b"\xff"):
        with pytest.raises(ValueError):
            decode(broken)


def test_differences_say_what_each_side_has() -> None:
    first, second = {"train": {"epochs": 2, "seed": 1}}, {"train": {"epochs": 3}}
    assert differences(first, second, ("here", "there")) == [
        "train.epochs is 2 here, 3 there",
        "train.seed is 1 here, not given there",
    ]


def test_the_protocol_is_keras_tuners_whether_it_is_loaded_or_not() -> None:
    import keras_tuner

    messages, service, stubs = keras_tuner_protocol()
    assert messages.Trial and service.CreateTrialRequest and stubs.OracleStub
    assert sys.modules["keras_tuner"] is keras_tuner
    program = """
import sys
from kerasapps.tuning.messages import keras_tuner_protocol
messages, service, stubs = keras_tuner_protocol()
print(messages.Trial.__name__, service.CreateTrialRequest.__name__, stubs.OracleStub.__name__)
print([name for name in sys.modules if name.partition(".")[0] in ("keras_tuner", "keras")])
"""
    command = [sys.executable, "-c", program]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert output.splitlines() == ["Trial CreateTrialRequest OracleStub", "[]"]
