"""Nested settings by dotted names."""

from __future__ import annotations

from kerasapps.config.dotted import dotted


def test_every_setting_has_the_names_of_what_it_lies_in():
    settings = {"a": {"b": {"c": 1}, "none": {}}, "d": [1, {"e": 2}], "f": None}
    assert dotted(settings) == {"a.b.c": 1, "d": [1, {"e": 2}], "f": None}
    assert dotted({"a": 1}, "run.") == {"run.a": 1}
