"""Options made from the config classes."""

from __future__ import annotations

import dataclasses
import inspect
from typing import Annotated, Any, get_args

import pytest
import typer
from rich.text import Text
from typer.testing import CliRunner

from kerasapps.cli.options import (
    in_options,
    parameter_of,
    parse_class_weights,
    with_configs,
    with_options,
)
from kerasapps.config import ExportConfig, ImageConfig, LoadConfig, ModelConfig, TrainConfig
from kerasapps.data.sounds.config import AudioConfig
from kerasapps.errors import ConfigError


def parsed(*line: str, configs: tuple[Any, ...], **defaults: Any) -> dict[str, Any]:
    """What a command with these options is called with."""
    configs_given: dict[str, Any] = {}
    app = typer.Typer()

    @app.command()
    @with_configs(*configs, **defaults)
    def run(plain: Annotated[int, typer.Option()] = 3, **built: Any) -> None:
        configs_given.update(built, plain=plain)

    ended = CliRunner().invoke(app, [*line])
    assert ended.exit_code == 0, ended.output
    return configs_given


def test_nothing_typed_is_every_default() -> None:
    configs = (LoadConfig, ImageConfig, ModelConfig, TrainConfig, ExportConfig)
    called_with = parsed(configs=configs)
    assert called_with == {
        "load": LoadConfig(), "image": ImageConfig(), "model": ModelConfig(),
        "train": TrainConfig(), "export": ExportConfig(), "plain": 3,
    }  # fmt: skip
    called_with = parsed("--plain", "4", configs=(ExportConfig,), saved_model=False, tolerance=9.0)
    assert called_with == {"export": ExportConfig(saved_model=False, tolerance=9.0), "plain": 4}


def test_every_kind_of_value() -> None:
    line = [
        "--epochs", "3", "--learning-rate", "0.5", "--optimizer", "sgd", "--tensorboard",
        "--class-weights", "a=2,b=0.5", "--quantization", "int8", "--quantization", "float32",
        "--no-saved-model", "--flip", "--image-size", "20x30",
    ]  # fmt: skip
    called_with = parsed(*line, configs=(TrainConfig, ExportConfig, ImageConfig))
    assert called_with["train"] == TrainConfig(
        epochs=3,
        learning_rate=0.5,
        optimizer="sgd",
        tensorboard=True,
        class_weights={"a": 2.0, "b": 0.5},
    )
    assert called_with["export"] == ExportConfig(
        quantization=("int8", "float32"), saved_model=False
    )
    assert called_with["image"] == ImageConfig(flip=True, image_size="20x30")


def test_each_option_has_its_help_in_the_panel_of_its_class() -> None:
    @with_configs(ModelConfig)
    def run(*, model: ModelConfig) -> None:
        """Nothing."""

    parameters = inspect.signature(run).parameters
    assert list(parameters) == [each.name for each in dataclasses.fields(ModelConfig)]
    for each in dataclasses.fields(ModelConfig):
        info = get_args(parameters[each.name].annotation)[1]
        assert info.help == each.metadata["help"]
        assert info.rich_help_panel == "Model options"
        assert parameters[each.name].kind is inspect.Parameter.KEYWORD_ONLY


def test_a_help_may_be_that_of_the_command() -> None:
    @with_configs(ModelConfig, TrainConfig, helps={"model": "of two"})
    def run(*, model: ModelConfig, train: TrainConfig) -> None:
        """Nothing."""

    told = {
        name: get_args(each.annotation)[1].help
        for name, each in inspect.signature(run).parameters.items()
    }
    own = {
        each.name: each.metadata["help"]
        for config in (ModelConfig, TrainConfig)
        for each in dataclasses.fields(config)
    }
    assert told == {**own, "model": "of two"}


def test_a_help_names_other_options_as_they_are_typed() -> None:
    (field,) = [each for each in dataclasses.fields(ModelConfig) if each.name == "model"]
    told = "with prune_share or max_drop: cross_entropy, seed of fast_resnet"
    parameter = parameter_of(ModelConfig, field, default=None, help=told)
    shown = get_args(parameter.annotation)[1].help
    assert shown == "with --prune-share or --max-drop: cross_entropy, seed of fast_resnet"


def test_brackets_in_a_help_text_are_shown() -> None:
    (field,) = [each for each in dataclasses.fields(AudioConfig) if each.name == "group_pattern"]
    parameter = parameter_of(AudioConfig, field, default=None, help=field.metadata["help"])
    info = get_args(parameter.annotation)[1]
    assert "'_([a-z]+)_'" in Text.from_markup(info.help).plain


def test_an_option_of_one_field_need_not_be_typed() -> None:
    for config in (ImageConfig, TrainConfig):
        for field in dataclasses.fields(config):
            parameter = parameter_of(config, field, default=None, help="Help.")
            kind, info = get_args(parameter.annotation)
            assert (parameter.name, parameter.default) == (field.name, None)
            assert type(None) in get_args(kind) and info.help == "Help."
            assert info.rich_help_panel is None
    (seed,) = [each for each in dataclasses.fields(TrainConfig) if each.name == "seed"]
    parameter = parameter_of(TrainConfig, seed, default=3, help="", panel="Panel")
    kind, info = get_args(parameter.annotation)
    assert (kind, parameter.default, info.rich_help_panel) == (int, 3, "Panel")
    assert info.default == "--seed"  # as typer has the first declaration


@pytest.mark.parametrize(
    ("text", "weights"),
    [
        (None, None),
        ("balanced", "balanced"),
        ("a=1", {"a": 1.0}),
        ("a=b=2,c=1e-1", {"a=b": 2.0, "c": 0.1}),
    ],
)
def test_class_weights(text: str | None, weights: Any) -> None:
    assert parse_class_weights(text) == weights


@pytest.mark.parametrize("text", ["", "a", "=1", "a=1,=2", "a=1,b", "a=x", "a=1,"])
def test_what_is_no_weight(text: str) -> None:
    with pytest.raises(ConfigError, match='takes "balanced" or weights such as "cat=2'):
        parse_class_weights(text)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("epochs=3 and seed='x'", "--epochs 3 and --seed x"),
        ("export.saved_model, tune.trials", "--saved-model, --trials"),
        ("top_k must be 1, BestTranslationsConfig.n_best too", "--top-k must be 1, --n-best too"),
        ("the epochs of text", "the epochs of text"),
        ("max_broken", "--max-broken"),
        ("max_broken' 'max_broken", "max_broken' 'max_broken"),
        ("a-max_broken a/max_broken .max_broken", "a-max_broken a/max_broken .max_broken"),
        ("my_max_broken", "my_max_broken"),
        ("foreign: nowhere does not exist", "--foreign: nowhere does not exist"),
        ("label 'a b' is not known. Known: c.", "--label 'a b' is not known. Known: c."),
        ("label is missing: label: a", "label is missing: label: a"),
        ("x max_broken. Known: max_broken Known: y", "x --max-broken. Known: max_broken Known: y"),
    ],
)
def test_messages_speak_of_options(message: str, expected: str) -> None:
    assert in_options(message) == expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Lower UnlabelledConfig.pseudo_threshold (0.9)", "Lower --pseudo-threshold (0.9)"),
        ("LoadConfig.disk_cache=False.", "--no-disk-cache."),
        ("ExportConfig.saved_model=True, x", "--saved-model, x"),
        ("TextConfig.tokenizer='wordpiece' does", "--tokenizer wordpiece does"),
        ("TrainConfig.clip_norm=1.", "--clip-norm 1."),
        ("train.epochs of max_broken, epochs=3", "train.epochs of max_broken, epochs=3"),
        ("TrainConfig.epochs_x, TrainConfig.none", "TrainConfig.epochs_x, TrainConfig.none"),
    ],
)
def test_what_is_told_has_options_for_fields_and_all_else_as_it_is(
    message: str, expected: str
) -> None:
    assert with_options(message) == expected


def test_names_may_stand_behind_commas() -> None:
    built = parsed("--quantization", "int8, float16", configs=(ExportConfig,))["export"]
    assert built.quantization == ("int8", "float16")
