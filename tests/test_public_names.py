"""What `import kerasapps` gives, and what it does not do."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys

import pytest

import kerasapps

ALIASES = {"train_sentiment_classifier": "train_text_classifier"}


@pytest.mark.parametrize("name", kerasapps.__all__)
def test_every_public_name_is_the_one_of_its_home(name: str) -> None:
    found = getattr(kerasapps, name)
    assert ALIASES.get(name, name) == found.__name__
    assert found is getattr(importlib.import_module(found.__module__), name)
    assert name in dir(kerasapps)


def test_names_are_listed_once_and_others_are_unknown() -> None:
    assert len(set(kerasapps.__all__)) == len(kerasapps.__all__)
    assert set(kerasapps._HOME_OF) == set(kerasapps.__all__)
    assert "__version__" in dir(kerasapps) and dir(kerasapps) == sorted(dir(kerasapps))
    with pytest.raises(AttributeError, match="'kerasapps' has no attribute 'nothing'"):
        _ = kerasapps.nothing


@pytest.mark.parametrize(("given", "expected"), [(None, "1"), ("0", "0")])
def test_importing_is_quick_and_leaves_the_users_setting(given: str | None, expected: str) -> None:
    environment = {key: value for key, value in os.environ.items() if "ONEDNN" not in key}
    environment |= {} if given is None else {"TF_ENABLE_ONEDNN_OPTS": given}
    code = (
        "import json, os, sys, kerasapps\n"
        "heavy = {'numpy', 'tensorflow', 'keras', 'sklearn'} & set(sys.modules)\n"
        "print(json.dumps([os.environ['TF_ENABLE_ONEDNN_OPTS'], sorted(heavy)]))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert json.loads(ended.stdout) == [expected, []]
