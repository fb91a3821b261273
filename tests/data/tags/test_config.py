"""What the options of tagging take."""

from __future__ import annotations

from typing import Any

import pytest

from kerasapps.data.tags.config import TaggingConfig
from kerasapps.errors import ConfigError


def test_the_defaults_read_files_as_they_are() -> None:
    config = TaggingConfig()
    assert (config.token_column, config.tag_column, config.scheme) == (None, None, None)
    assert config.tag_names == ()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"scheme": "iob"}, "iob1, iob2, iobes, plain"),
        ({"token_column": ""}, "token_column must be a column's name or number"),
        ({"tag_column": 3}, "tag_column must be a column's name or number"),
        ({"token_column": "2", "tag_column": "2"}, "named by token_column and by tag_column"),
        ({"tag_names": ("O", " ")}, "tag_names must be names of tags"),
        ({"max_tokens": 1}, "max_tokens must be a whole number from 4 to 4096"),
        ({"encoding": "utf9"}, "encoding 'utf9' is not known"),
    ],
)
def test_what_cannot_be_meant_is_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        TaggingConfig(**options)
