"""Splits, pictures and texts: what holds where nobody says, and what is refused."""

from __future__ import annotations

import pytest

from kerasapps.config import ImageConfig, LoadConfig, TextConfig
from kerasapps.errors import ConfigError

from .bounds import Number, check_choice, check_defaults, check_number


def test_where_nobody_says_how_to_split() -> None:
    check_defaults(
        LoadConfig,
        {
            "validation_split": 0.1,
            "test_split": 0.2,
            "max_broken": 0.05,
            "unknown_classes": "error",
            "cache_mb": 2048,
            "disk_cache": None,
        },
    )


def test_where_nobody_says_what_pictures_become() -> None:
    open_fields = (
        "image_column", "label_column", "image_size", "flip", "translate", "rotation", "zoom",
        "color", "randaugment", "erasing", "mixup", "cutmix", "resampling", "jpeg",
        "test_time_flip", "target_kind", "label_loss", "data_service",
    )  # fmt: skip
    check_defaults(
        ImageConfig,
        {
            **dict.fromkeys(open_fields),
            "channels": 3,
            "resize": "stretch",
            "augment": "light",
            "target_columns": (),
            "explain_signature": False,
        },
    )
    assert ImageConfig().size is None


def test_where_nobody_says_what_texts_become() -> None:
    open_fields = (
        "text_column", "label_column", "tokenizer", "lowercase", "max_length", "word_dropout",
        "word_vectors", "encoding", "min_count", "target_kind", "label_loss",
    )  # fmt: skip
    check_defaults(
        TextConfig,
        {**dict.fromkeys(open_fields), "vocab_size": 30_000, "target_columns": ()},
    )


@pytest.mark.parametrize(
    ("config", "name", "number"),
    [
        (LoadConfig, "validation_split", Number(0.001, 0.9, beside={"test_split": 0})),
        (LoadConfig, "test_split", Number(0.001, 0.9, beside={"validation_split": 0.05})),
        (LoadConfig, "max_broken", Number(0, 1)),
        (LoadConfig, "cache_mb", Number(0, None, whole=True)),
        (ImageConfig, "translate", Number(0, 0.9, may_be_none=True)),
        (ImageConfig, "rotation", Number(0, 180, may_be_none=True)),
        (ImageConfig, "zoom", Number(0, 0.9, may_be_none=True)),
        (ImageConfig, "color", Number(0, 1, may_be_none=True)),
        (ImageConfig, "erasing", Number(0, 1, may_be_none=True)),
        (ImageConfig, "mixup", Number(0, 100, may_be_none=True)),
        (ImageConfig, "cutmix", Number(0, 100, may_be_none=True)),
        (ImageConfig, "randaugment", Number(0, 10, whole=True, may_be_none=True)),
        (ImageConfig, "jpeg", Number(10, 95, whole=True, may_be_none=True)),
        (TextConfig, "vocab_size", Number(10, 32_767, whole=True)),
        (TextConfig, "min_count", Number(1, None, whole=True, may_be_none=True)),
        (TextConfig, "max_length", Number(4, 4096, whole=True, may_be_none=True)),
        (TextConfig, "word_dropout", Number(0, 0.95, may_be_none=True)),
    ],
)
def test_bounds(config: type, name: str, number: Number) -> None:
    check_number(config, name, number)


def test_names() -> None:
    check_choice(LoadConfig, "unknown_classes", ("error", "skip"))
    check_choice(ImageConfig, "resize", ("stretch", "crop", "pad"))
    check_choice(ImageConfig, "augment", ("none", "light", "strong"))
    check_choice(TextConfig, "tokenizer", ("regex", "wordpiece"), may_be_none=True)
    assert [ImageConfig(channels=each).channels for each in (1, 3)] == [1, 3]


def test_pictures_are_encoded_again_with_a_quality_that_is_met_with_or_not_at_all() -> None:
    assert ImageConfig(jpeg=0).jpeg == 0
    for quality in (7, 96):
        with pytest.raises(ConfigError) as caught:
            ImageConfig(jpeg=quality)
        assert str(caught.value) == (
            f"ImageConfig.jpeg must be a whole number from 10 to 95, or 0, got {quality}."
        )


def test_nothing_need_be_held_out_for_the_test_but_something_for_the_training() -> None:
    assert LoadConfig(test_split=0).test_split == 0
    assert LoadConfig(validation_split=0.5, test_split=0.25).test_split == 0.25
    with pytest.raises(ConfigError, match=r"less than 1 together with validation_split \(0.75\)"):
        LoadConfig(validation_split=0.75, test_split=0.25)


@pytest.mark.parametrize(
    "size",
    [
        (),
        "",
        "96x",
        "x96",
        "96y64",
        "-96x96",
        [96, 64, 3],
        (7, 64),
        (64, 7),
        (64, 1025),
        (96, True),
        (96.0, 64),
        7,
        1025,
        True,
        96.0,
    ],
)
def test_a_size_is_one_number_or_two(size: object) -> None:
    with pytest.raises(ConfigError, match=r"image_size must be a whole number from 8 to 1024, or"):
        ImageConfig(image_size=size)  # type: ignore[arg-type]


def test_the_least_and_the_most_of_a_size() -> None:
    assert ImageConfig(image_size=(8, 1024)).size == (8, 1024)  # type: ignore[arg-type]
    assert ImageConfig(image_size="1024×8").size == (1024, 8)


def test_a_model_that_never_saw_mirror_images_is_not_asked_about_them() -> None:
    for unmirrored in ({"flip": False}, {"augment": "none"}):
        with pytest.raises(ConfigError, match="leave it out, or turn flip on"):
            ImageConfig(**unmirrored, test_time_flip=True)  # type: ignore[arg-type]
    assert ImageConfig(augment="none", flip=True, test_time_flip=True).test_time_flip
    assert ImageConfig(test_time_flip=True).test_time_flip


@pytest.mark.parametrize(
    ("asked", "kept", "size"),
    [
        (None, None, None),
        (8, 8, (8, 8)),
        ("1024", 1024, (1024, 1024)),
        ("96x64", "96x64", (96, 64)),
        ("96X64", "96x64", (96, 64)),
        ((96, 64), "96x64", (96, 64)),
        ([64, 64], 64, (64, 64)),
        ([64], 64, (64, 64)),
        ("96×8", "96x8", (96, 8)),
        ("64x64", 64, (64, 64)),
    ],
)
def test_a_size_is_kept_in_one_way(asked: object, kept: object, size: object) -> None:
    image = ImageConfig(image_size=asked)  # type: ignore[arg-type]
    assert (image.image_size, image.size) == (kept, size)
    assert ImageConfig(image_size=image.image_size) == image
