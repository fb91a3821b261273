"""What differs between two places' settings."""

from __future__ import annotations

from kerasapps.config.differing import differing


def test_every_setting_that_differs_is_named_with_both_values() -> None:
    first = {"train": {"epochs": 2, "seed": 1}, "models": ("a", "b"), "same": 0.1, "text": "x"}
    second = {"train": {"epochs": 2}, "models": ["a"], "same": 0.1, "more": None, "text": "y"}
    assert differing(first, second) == [
        ("models", '["a", "b"]', '["a"]'),
        ("more", "not given", "null"),
        ("text", "x", "y"),
        ("train.seed", "1", "not given"),
    ]
    assert differing({"a": "1"}, {"a": 1}) != [] and differing(first, first) == []
