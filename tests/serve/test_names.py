"""What addresses call bundles, and options that cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kerasapps import ConfigError, ServeConfig
from kerasapps.serve.names import named_bundles


@pytest.mark.parametrize(
    ("bundles", "names"),
    [
        ("runs/first", ["first"]),
        (Path("runs/first/bundle"), ["first"]),
        (["photos=runs/a", "runs/b"], ["photos", "b"]),
        ({"x": "runs/a", "y": "runs/a"}, ["x", "y"]),
        ("runs/größe 2", ["gr-e-2"]),
    ],
)
def test_a_bundle_is_called_after_its_folder_or_as_it_is_named(bundles: Any, names: Any) -> None:
    assert list(named_bundles(bundles)) == names


@pytest.mark.parametrize(
    ("bundles", "said"),
    [
        ([], "no bundle"),
        (["runs/a", "others/a"], "Two bundles are called a"),
        ({"a/b": "runs/a"}, "cannot be the name"),
        (["a="], "empty"),
    ],
)
def test_names_that_cannot_be_are_refused(bundles: Any, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        named_bundles(bundles)


def test_a_folder_whose_name_has_the_sign_is_that_folder(tmp_path: Path) -> None:
    folder = tmp_path / "lr=1"
    folder.mkdir()
    assert list(named_bundles(folder)) == ["lr-1"]


def test_options_are_checked_and_a_key_is_never_shown() -> None:
    for options in (
        {"port": 70000},
        {"workers": 0},
        {"max_items": 9, "max_queue": 8},
        {"host": ""},
    ):
        with pytest.raises(ConfigError, match=r"ServeConfig\."):
            ServeConfig(**options)
    with pytest.raises(ConfigError) as error:
        ServeConfig(api_key="ключ\n")
    assert "ключ" not in str(error.value)
    assert "hush" not in repr(ServeConfig(api_key="hush"))
