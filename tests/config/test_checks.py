"""What is said of a value that a field does not take."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pytest

from kerasapps.config import (
    ClusterConfig,
    ExplainConfig,
    RepeatConfig,
    TextConfig,
    TranslationConfig,
    TuneConfig,
    checks,
)
from kerasapps.deploy.hypotheses import Sampling
from kerasapps.errors import ConfigError
from kerasapps.recipes.registry import TASKS
from kerasapps.serve.config import ServeConfig

OTHERS = (ClusterConfig, ExplainConfig, RepeatConfig, Sampling, ServeConfig, TuneConfig)
EVERY_CONFIG: Final = dict.fromkeys(
    (*(config for task in TASKS.values() for config in task.sections.values()), *OTHERS)
)


@dataclass(frozen=True)
class Config:
    value: object = checks.option(3, "a help text")


@dataclass(frozen=True, kw_only=True)
class Figures:
    near: float = checks.option(2, "a help text", low=1, high=8)
    whole: int = checks.option(2, "a help text", low=1, high=2**31 - 1, whole=True)
    share: float = checks.option(0.5, "a help text", low=0.01, high=0.9)
    far: float = checks.option(0.5, "a help text", low=0.5, off=0)
    open: int | None = checks.option(None, "a help text", low=1, whole=True)
    name: str = checks.option("one", "a help text", choices=("one", "two"))
    names: tuple[str, ...] = checks.option((), "a help text", choices=("one", "two"))

    def __post_init__(self) -> None:
        checks.check_options(self)


def refusal(**options: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        Figures(**options)
    return str(caught.value)


def test_an_option_has_a_default_and_a_help_text() -> None:
    assert Config().value == 3
    metadata = Config.__dataclass_fields__["value"].metadata
    assert metadata["help"] == metadata["asked"] == "a help text"
    assert metadata["searched"] and metadata["asks"] == metadata["choices"] == ()
    assert metadata["bounds"] is None
    assert checks.field_types(Config) == {"value": object}


def test_commands_that_ask_have_words_of_their_own_and_a_search_may_be_kept_out() -> None:
    field = checks.option(None, "plain", asks=("check", "predict"), asked="short", searched=False)
    assert field.metadata["asks"] == ("check", "predict")
    assert (field.metadata["help"], field.metadata["asked"]) == ("plain", "short")
    assert field.metadata["searched"] is False


def test_what_is_said_of_numbers() -> None:
    assert refusal(near=9) == "Figures.near must be a number from 1 to 8, got 9."
    assert refusal(open=1.5) == "Figures.open must be a whole number of at least 1, got 1.5."
    assert refusal(open="x") == "Figures.open must be a whole number of at least 1, got 'x'."
    assert refusal(whole=0) == "Figures.whole must be a whole number from 1 to 2147483647, got 0."
    assert refusal(far=0.25) == "Figures.far must be a number of at least 0.5, or 0, got 0.25."
    assert refusal(near=None) == "Figures.near must be a number from 1 to 8, got None."
    assert refusal(near=True) == "Figures.near must be a number from 1 to 8, got True."
    for value in (1, 2.5, 8):
        assert Figures(near=value).near == value
    assert Figures(far=0).far == 0 and Figures(open=None).open is None


def test_a_share_that_was_given_in_per_cent_is_said_as_a_share() -> None:
    words = "Figures.share must be a number from 0.01 to 0.9"
    assert refusal(share=80) == f"{words} (80 % is 0.8), got 80."
    assert refusal(share=2.5) == f"{words} (2.5 % is 0.025), got 2.5."
    for value in (95, 0.95, 1, 101, -1, True):
        assert refusal(share=value) == f"{words}, got {value}."


def off_values(config: type[Any]) -> Iterator[tuple[str, Any]]:
    """Fields of a config with what a flag or a number must not be."""
    for field in dataclasses.fields(config):
        if checks.field_types(config)[field.name] in (bool, bool | None):
            yield from ((field.name, value) for value in (1, 0, 1.5, "no", math.inf))
        elif field.metadata["bounds"] is not None:
            yield from ((field.name, value) for value in (math.nan, math.inf, 10**400, False))


@pytest.mark.parametrize("config", EVERY_CONFIG, ids=lambda config: config.__name__)
def test_no_config_takes_a_number_for_a_flag_nor_infinity_for_a_number(config: type[Any]) -> None:
    for name, value in off_values(config):
        with pytest.raises(ConfigError, match=rf"^{config.__name__}\.{name} must be"):
            config(**{name: value})


def test_names_that_are_chosen() -> None:
    assert refusal(name="three") == "Figures.name 'three' is not known. Known: one, two."
    assert refusal(names=("one", "twoo")).startswith("Figures.names 'twoo' is not known. Did you")
    assert refusal(names=5) == "Figures.names must be names, got 5."
    assert Figures(names="two").names == ("two",)  # type: ignore[arg-type]
    assert Figures(names=["two", "one", "two"]).names == ("two", "one")  # type: ignore[arg-type]


def test_what_is_said_of_names() -> None:
    assert checks.choose("one", iter(["one", "two"]), what="The thing") == "one"
    with pytest.raises(ConfigError) as caught:
        checks.choose("onee", ["one", "two"], what="The thing")
    with pytest.raises(ConfigError, match="mean 'net_lite0'"):
        checks.choose("net", ["a_net", "net_lite0", "net_b"], what="The thing")
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
