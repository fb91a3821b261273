"""What goes over the wire, and how two searches differ."""

from __future__ import annotations

import pytest

from kerasapps.tuning.messages import decode, differences, encode, path_of


def test_what_is_sent_arrives() -> None:
    content = {"a": [1, 2.5, None], "b": "ü"}
    assert decode(encode(content)) == content
    assert path_of("Hello") == "/kerasapps.Search/Hello"
    for broken in (b"", b"[1]", b"[" * 100_000, b"\xff"):
        with pytest.raises(ValueError):
            decode(broken)


def test_differences_name_every_setting() -> None:
    first = {"train": {"epochs": 2, "seed": 1}, "models": ("a", "b"), "same": 0.1}
    second = {"train": {"epochs": 2}, "models": ["a"], "same": 0.1, "more": None}
    assert differences(first, second, ("here", "there")) == [
        'models is ["a", "b"] here, ["a"] there',
        "more is missing here, null there",
        "train.seed is 1 here, missing there",
    ]
