from __future__ import annotations

import json

import pytest

from kerasapps.errors import ConfigError
from kerasapps.preprocess import learn_tokenizer, load_tokenizer, save_tokenizer
from kerasapps.preprocess.tokenizers.keep import SPEC_FILE

TEXTS = ["Ein guter Film", "ein schlechter Film"] * 2


@pytest.mark.parametrize("kind", ["regex", "wordpiece"])
def test_a_tokenizer_is_all_in_its_folder(kind, tmp_path) -> None:
    tokenizer = learn_tokenizer(TEXTS, kind=kind, lowercase=False, max_length=9)
    loaded = load_tokenizer(save_tokenizer(tokenizer, tmp_path / "new" / "tokens"))
    assert (loaded.spec, loaded.vocabulary) == (tokenizer.spec, tokenizer.vocabulary)


def test_what_is_missing_or_damaged_is_said(tmp_path) -> None:
    with pytest.raises(ConfigError, match="save_tokenizer wrote"):
        load_tokenizer(tmp_path)
    (tmp_path / SPEC_FILE).write_text(json.dumps([1]), encoding="utf-8")
    with pytest.raises(ConfigError, match="no specification"):
        load_tokenizer(tmp_path)
