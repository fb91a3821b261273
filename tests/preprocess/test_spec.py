"""What every tokenizer is described by."""

from __future__ import annotations

import numpy as np
import pytest

from kerasapps.errors import ConfigError
from kerasapps.preprocess.tokenizers import spec
from kerasapps.preprocess.tokenizers.spec import PAD_ID, TokenizerSpec, padded
from tests.values import kinds_of


@pytest.mark.parametrize("length", [2, 3, 65_536])
def test_lengths_that_work(length: int) -> None:
    assert TokenizerSpec("regex", length, True).max_length == length


@pytest.mark.parametrize("length", [1, 0, 65_537, 2.0, True, None, "8"])
def test_lengths_that_do_not(length: object) -> None:
    with pytest.raises(ConfigError, match=r"max_length must be a whole number from 2 to 65536"):
        TokenizerSpec("regex", length, True)  # type: ignore[arg-type]


@pytest.mark.parametrize("lowercase", [1, "yes", None])
def test_case_is_a_yes_or_a_no(lowercase: object) -> None:
    with pytest.raises(ConfigError, match="lowercase must be true or false"):
        TokenizerSpec("regex", 8, lowercase)  # type: ignore[arg-type]


def test_kinds() -> None:
    assert TokenizerSpec("wordpiece", 8, False).to_dict() == {
        "kind": "wordpiece", "max_length": 8, "lowercase": False,
    }  # fmt: skip
    with pytest.raises(ConfigError, match=r"TokenizerSpec\.kind 'regexp'.*'regex'"):
        TokenizerSpec("regexp", 8, True)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="not a tokenizer specification"):
        TokenizerSpec.from_dict({"kind": "regex"})
    assert kinds_of(spec) == {"TokenizerSpec": "frozen"}


def test_padding_is_zero_on_the_right() -> None:
    row = padded([4, 5], 4)
    assert row.dtype == np.int32 and row.tolist() == [4, 5, PAD_ID, PAD_ID] and PAD_ID == 0
