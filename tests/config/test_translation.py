"""Translation: what holds where nobody says, and what is refused."""

from __future__ import annotations

import pytest

from kerasapps.config import TranslationConfig

from .bounds import Number, check_choice, check_defaults, check_number


def test_where_nobody_says_how_to_translate() -> None:
    open_fields = (
        "source_language", "target_language", "source_column", "target_column", "max_length",
        "norm", "batch_tokens", "encoding",
    )  # fmt: skip
    check_defaults(
        TranslationConfig,
        {
            **dict.fromkeys(open_fields),
            "max_ratio": 9.0,
            "subwords": "bpe",
            "joint": True,
            "vocab_size": 8000,
            "positions": "sinusoidal",
            "tied": True,
            "beam": 5,
            "length_penalty": 1.0,
        },
    )


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("max_ratio", Number(1, None)),
        ("vocab_size", Number(16, 64_000, whole=True)),
        ("max_length", Number(4, 512, whole=True, may_be_none=True)),
        ("batch_tokens", Number(64, None, whole=True, may_be_none=True)),
        ("beam", Number(1, 32, whole=True)),
        ("length_penalty", Number(0, 5)),
    ],
)
def test_bounds(name: str, number: Number) -> None:
    check_number(TranslationConfig, name, number)


def test_names() -> None:
    check_choice(TranslationConfig, "subwords", ("bpe", "unigram"))
    check_choice(TranslationConfig, "norm", ("pre", "post"), may_be_none=True)
    check_choice(TranslationConfig, "positions", ("sinusoidal", "learned"))
