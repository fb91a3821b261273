"""What is said of a value that a field does not take."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from kerasapps.config import TextConfig, TranslationConfig, checks
from kerasapps.errors import ConfigError


@dataclass(frozen=True)
class Config:
    value: object = checks.option(3, "a help text")


def refusal(value: object, low: float, high: float, *, whole: bool = False) -> str:
    with pytest.raises(ConfigError) as caught:
        checks.number(Config(value), "value", low, high, whole=whole)
    return str(caught.value)


def test_an_option_has_a_default_and_a_help_text() -> None:
    assert Config().value == 3
    assert Config.__dataclass_fields__["value"].metadata["help"] == "a help text"
    assert checks.field_types(Config) == {"value": object}


def test_what_is_said_of_numbers() -> None:
    infinity = checks.INFINITY
    assert refusal(9, 1, 8) == "Config.value must be a number from 1 to 8, got 9."
    assert refusal(1.5, 1, 8, whole=True) == (
        "Config.value must be a whole number from 1 to 8, got 1.5."
    )
    assert refusal(0, 1, infinity) == "Config.value must be a number of at least 1, got 0."
    assert refusal("x", 1, infinity, whole=True) == (
        "Config.value must be a whole number of at least 1, got 'x'."
    )
    assert "from 1 to 2147483647, got 0." in refusal(0, 1, 2**31 - 1, whole=True)
    checks.number(Config(2.5), "value", 1, 8)
    checks.number(Config(2), "value", 1, 8)


def test_what_is_said_of_names() -> None:
    assert checks.choose("one", iter(["one", "two"]), what="The thing") == "one"
    with pytest.raises(ConfigError) as caught:
        checks.choose("onee", ["one", "two"], what="The thing")
    assert str(caught.value) == (
        "The thing 'onee' is not known. Did you mean 'one'? Known: one, two."
    )
    with pytest.raises(ConfigError) as caught:
        checks.choose(7, ["one", "two"], what="The thing")  # type: ignore[arg-type]
    assert str(caught.value) == "The thing 7 is not known. Known: one, two."


@pytest.mark.parametrize("name", [None, "cp1252", "Latin-1", "UTF_16", "utf-8-sig", "shift_jis"])
@pytest.mark.parametrize("config", [TextConfig, TranslationConfig])
def test_encodings_that_python_knows(config: Any, name: str | None) -> None:
    assert config(encoding=name).encoding == name


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("utf88", "'utf88' is not known. Did you mean utf8"),
        ("cp1253x", "Did you mean cp1253"),
        ("latin9x", "Usual ones: cp1252, latin-1, utf-8"),
        ("rot13", "is not known"),
        ("base64", "is not known. Usual ones"),
        ("zlib", "is not known"),
        ("idna", "is not known"),
        ("unicode_escape", "is not known"),
        ("undefined", "is not known"),
        ("a\0b", "is not known"),
        ("", "must be the name of an encoding"),
        (5, "must be the name of an encoding"),
    ],
)
@pytest.mark.parametrize("config", [TextConfig, TranslationConfig])
def test_other_names_are_no_encodings(config: Any, name: Any, words: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(f"{config.__name__}.encoding")) as caught:
        config(encoding=name)
    assert words in str(caught.value)


def test_a_whole_number_that_a_caller_gives() -> None:
    for value in (1, 5, np.int64(2)):
        checks.require_whole(value, 1, 5, what="top_k")
    checks.require_whole(10**9, 1, what="top_k")
    for value, said in ((0, "0"), (6, "6")):
        with pytest.raises(ConfigError, match=rf"^top_k must be from 1 to 5, got {said}\.$"):
            checks.require_whole(value, 1, 5, what="top_k")
    for value, said in ((1.5, "1.5"), ("2", "'2'"), (None, "None"), (True, "True")):
        with pytest.raises(ConfigError, match=rf"must be a whole number, at .* got {said}\."):
            checks.require_whole(value, 1, what="top_k")
