from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from kerasapps.config import (
    IMAGE_ARCHITECTURES,
    TRANSLATION_ARCHITECTURES,
    ExportConfig,
    ImageConfig,
    LoadConfig,
    ModelConfig,
    TrainConfig,
    TuneConfig,
)
from kerasapps.errors import ConfigError

ALL = (LoadConfig, ImageConfig, ModelConfig, TrainConfig, TuneConfig, ExportConfig)


@pytest.mark.parametrize("config", ALL)
def test_configs_are_frozen_keyword_only_and_explain_every_field(config: type[Any]) -> None:
    made = config()
    for field in dataclasses.fields(config):
        assert field.kw_only and field.metadata["help"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(made, dataclasses.fields(config)[0].name, 1)


@pytest.mark.parametrize(
    ("config", "field", "value"),
    [
        (LoadConfig, "validation_split", 0),
        (LoadConfig, "test_split", 1.0),
        (LoadConfig, "test_split", -0.1),
        (LoadConfig, "test_split", 0.0001),
        (LoadConfig, "max_broken", -0.1),
        (LoadConfig, "unknown_classes", "ignore"),
        (LoadConfig, "cache_mb", 0.5),
        (ImageConfig, "image_size", 7),
        (ImageConfig, "image_size", 1025),
        (ImageConfig, "image_size", True),
        (ImageConfig, "image_size", "96x"),
        (ImageConfig, "image_size", "7x96"),
        (ImageConfig, "image_size", "96x1025"),
        (ImageConfig, "image_size", "-96x96"),
        (ImageConfig, "image_size", (96, 64, 3)),
        (ImageConfig, "image_size", (96.0, 64)),
        (ImageConfig, "channels", 2),
        (ImageConfig, "resize", "squash"),
        (ImageConfig, "augment", "heavy"),
        (ImageConfig, "translate", 1),
        (ImageConfig, "rotation", 200),
        (ImageConfig, "mixup", -1),
        (ImageConfig, "randaugment", 1.5),
        (ModelConfig, "model", ""),
        (ModelConfig, "width", 0),
        (ModelConfig, "depth", "2"),
        (ModelConfig, "kernel", 16),
        (ModelConfig, "kernel", 2.5),
        (TrainConfig, "epochs", 0),
        (TrainConfig, "epochs", 1.5),
        (TrainConfig, "epochs", True),
        (TrainConfig, "batch_size", 0),
        (TrainConfig, "optimizer", "adamm"),
        (TrainConfig, "learning_rate", 0),
        (TrainConfig, "learning_rate", float("nan")),
        (TrainConfig, "schedule", "linaer"),
        (TrainConfig, "warmup", 2),
        (TrainConfig, "dropout", 1),
        (TrainConfig, "ema", 1),
        (TrainConfig, "label_smoothing", 1),
        (TrainConfig, "class_weights", "equal"),
        (TrainConfig, "seed", -1),
        (TrainConfig, "time_budget", 0),
        (TrainConfig, "precision", "int8"),
        (TrainConfig, "xla", True),
        (TuneConfig, "trials", 0),
        (ExportConfig, "quantization", ("int4",)),
        (ExportConfig, "tolerance", -1),
        (ExportConfig, "calibration", 10),
    ],
)
def test_a_bad_value_is_an_error_that_names_the_field(
    config: type[Any], field: str, value: object
) -> None:
    with pytest.raises(ConfigError, match=field):
        config(**{field: value})


def test_the_nearest_name_is_suggested() -> None:
    with pytest.raises(ConfigError, match="Did you mean 'adamw'"):
        TrainConfig(optimizer="adamww")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"secret_file": "s"}, "secret_file goes with a role"),
        ({"tls_ca": "c"}, "tls_ca goes with a role"),
        ({"role": "chief", "secret_file": ""}, "secret_file must be a file"),
        ({"role": "chief", "secret_file": 5}, "secret_file must be a file"),
        ({"role": "chief", "tls_certificate": "c"}, "tls_certificate and .*tls_key go together"),
        ({"role": "worker", "tls_key": "k"}, "tls_certificate and .*tls_key go together"),
        ({"role": "chief", "tls_ca": "c"}, "tls_certificate is missing"),
        ({"role": "worker", "tls_certificate": "c", "tls_key": "k"}, "tls_ca is missing"),
    ],
)
def test_files_of_trust_that_do_not_go_together(options: dict[str, Any], words: str) -> None:
    chief = {"chief": "host:1"} if "role" in options else {}
    with pytest.raises(ConfigError, match=words):
        TuneConfig(**chief, **options)


def test_files_of_trust_that_go_together() -> None:
    pair = {"tls_certificate": Path("c"), "tls_key": "k"}
    for role, files in (
        ("chief", pair),
        ("chief", {**pair, "tls_ca": "a"}),
        ("worker", {"tls_ca": "a"}),
        ("worker", {**pair, "tls_ca": "a"}),
    ):
        tune = TuneConfig(role=role, chief="host:1", secret_file=Path("s"), **files)  # type: ignore[arg-type]
        assert tune.secret_file == "s"
        assert tune.tls_certificate == ("c" if "tls_key" in files else None)


def test_shares_must_leave_something_to_train_on() -> None:
    with pytest.raises(ConfigError, match="together with validation_split"):
        LoadConfig(validation_split=0.5, test_split=0.5)


def test_a_model_that_never_saw_mirror_images_is_not_asked_about_them() -> None:
    for unmirrored in ({"flip": False}, {"augment": "none"}):
        with pytest.raises(ConfigError, match="leave it out, or turn flip on"):
            ImageConfig(**unmirrored, test_time_flip=True)  # type: ignore[arg-type]
    assert ImageConfig(augment="none", flip=True, test_time_flip=True).test_time_flip
    assert ImageConfig(test_time_flip=True).test_time_flip


@pytest.mark.parametrize("name", ["preset:", "preset:/no/such/place", "preset:nobodys_net"])
def test_a_preset_that_is_nowhere_is_refused_before_anything_is_loaded(name: str) -> None:
    for option in ("ModelConfig.model", "TuneConfig.models"):
        with pytest.raises(ConfigError, match=rf"^{option}.*preset"):
            IMAGE_ARCHITECTURES.check(name, option=option)
    IMAGE_ARCHITECTURES.check("preset:bert_tiny_en_uncased")
    with pytest.raises(ConfigError, match="is not known"):
        TRANSLATION_ARCHITECTURES.check("preset:bert_tiny_en_uncased")


def test_quantization_takes_one_name_or_several() -> None:
    assert ExportConfig(quantization="int8").quantization == ("int8",)  # type: ignore[arg-type]
    assert ExportConfig(quantization=("int8", "int8")).quantization == ("int8",)


@pytest.mark.parametrize(
    ("given", "kept", "size"),
    [
        (None, None, None),
        (8, 8, (8, 8)),
        ("1024", 1024, (1024, 1024)),
        ("96x64", "96x64", (96, 64)),
        ("96X64", "96x64", (96, 64)),
        ((96, 64), "96x64", (96, 64)),
        ([64, 64], 64, (64, 64)),
        ("64x64", 64, (64, 64)),
    ],
)
def test_a_size_is_kept_in_one_way(given: object, kept: object, size: object) -> None:
    image = ImageConfig(image_size=given)  # type: ignore[arg-type]
    assert (image.image_size, image.size) == (kept, size)
    assert ImageConfig(image_size=image.image_size) == image
