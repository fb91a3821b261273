"""Which width a budget leaves, who finds it, and how a run goes on with it."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

import kerasapps
from kerasapps.config import CompressConfig, ExportConfig, ImageConfig, ModelConfig, TrainConfig
from kerasapps.deploy.manifest import read_manifest
from kerasapps.errors import ConfigError
from kerasapps.recipes.registry import IMAGE_CLASSIFICATION as TASK
from kerasapps.workflow import publish, size
from kerasapps.workflow.order import Order, take_order
from kerasapps.workflow.run import Run
from kerasapps.workflow.settings import identity_of
from kerasapps.workflow.size import choose_size, find_size, fitting_orders, widest
from tests.fake_team import FakeTeam
from tests.shapes import write_shapes

UNREAD: Any = None
SIZED = {"width": 0.4, "asked": 1.0, "file": "int8", "bytes": 7000, "budget": 8000}


def order_of(model: str = "cnn", budget: float | None = 8, **options: Any) -> Order:
    return take_order(
        TASK,
        "photos",
        validation_data=None,
        test_data=None,
        tune=None,
        **{**TASK.defaults, "model": ModelConfig(model=model, size_budget_kb=budget), **options},
    )


def test_the_widest_that_fits_is_found_by_halving() -> None:
    asked: list[float] = []

    def weigh(width: float) -> int:
        asked.append(width)
        return round(10_000 * width)

    assert widest(weigh, model=ModelConfig(), most=6_130) == (0.6, 6_000)
    assert len(asked) == len(set(asked)) <= 8
    assert widest(weigh, model=ModelConfig(width=2), most=12_400) == (1.2, 12_000)


def test_a_network_that_fits_keeps_its_width_and_the_narrowest_is_told() -> None:
    def weigh(width: float) -> int:
        return 1_000 + round(1_000 * width)

    assert widest(weigh, model=ModelConfig(), most=9_000) == (1.0, 2_000)
    assert widest(weigh, model=ModelConfig(width=0.5), most=9_000) == (0.5, 1_500)
    assert widest(weigh, model=ModelConfig(), most=900) == (0.05, 1_050)
    assert widest(weigh, model=ModelConfig(width=0.05), most=900) == (0.05, 1_050)


def test_a_worker_takes_the_width_that_the_chief_has_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    order = order_of()
    team = FakeTeam(index=1, heard=[json.dumps(SIZED).encode()])
    found = choose_size(order, UNREAD, run=Run(tmp_path, team))
    assert found.options["model"].width == found.settings["model"]["width"] == 0.4
    assert found.settings["sized"] == SIZED
    assert identity_of(found.settings) == identity_of(order.settings)
    told = capsys.readouterr().err
    again = choose_size(found, UNREAD, run=Run(tmp_path, chief := FakeTeam()))
    assert again is found and json.loads(chief.heard[0]) == SIZED
    assert not told  # a worker says nothing
    said = "Size: cnn of width 0.4, whose int8 file has 7,000 of 8,000 bytes before training"
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("prune_by", "said"), [(None, "training and pruning\n"), ("weights", "training\n")]
)
def test_filters_that_will_go_are_still_weighed(
    prune_by: str | None, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    order = order_of()
    compress = CompressConfig(prune_share=0.5, prune_by=prune_by)
    order = dataclasses.replace(order, options={**order.options, "compress": compress})
    choose_size(
        dataclasses.replace(order, settings={**order.settings, "sized": SIZED}),
        UNREAD,
        run=Run(tmp_path),
    )
    assert capsys.readouterr().err.endswith(f"7,000 of 8,000 bytes before {said}")


def test_without_a_budget_nothing_is_weighed(tmp_path: Path) -> None:
    order = order_of(budget=None)
    assert choose_size(order, UNREAD, run=Run(tmp_path)) is order


@pytest.mark.parametrize(("asked", "limit"), [(None, 0.008), (0.004, 0.004), (1.0, 0.008)])
def test_a_chosen_file_keeps_the_budget(asked: float | None, limit: float, tmp_path: Path) -> None:
    export = ExportConfig(quantization=("auto",), max_size_mb=asked)
    team = FakeTeam(index=1, heard=[json.dumps(SIZED).encode()])
    found = choose_size(order_of(export=export), UNREAD, run=Run(tmp_path, team))
    assert found.options["export"].max_size_mb == pytest.approx(limit)
    assert found.settings["export"]["max_size_mb"] == asked


def test_models_that_are_too_large_are_left_out_of_a_choice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def found(order: Order, splits: Any, *, run: Run) -> Any:
        if order.options["model"].model == "vgg":
            raise ConfigError("vgg is too large.")
        return SIZED

    monkeypatch.setattr(size, "find_size", found)
    orders = {name: order_of(name) for name in ("vgg", "cnn")}
    left = fitting_orders(orders, UNREAD, run=Run(tmp_path))
    assert list(left) == ["cnn"] and left["cnn"].options["model"].width == 0.4
    assert "Model vgg is left out: vgg is too large." in capsys.readouterr().err
    with pytest.raises(ConfigError, match="vgg is too large"):
        fitting_orders({"vgg": orders["vgg"]}, UNREAD, run=Run(tmp_path))
    free = {"cnn": order_of(budget=None)}
    assert fitting_orders(free, UNREAD, run=Run(tmp_path)) == free


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shapes(tmp_path_factory.mktemp("data") / "shapes", per_class=20)


def train(data: Path, folder: Path, *, budget: float, epochs: int = 1) -> kerasapps.RecipeResult:
    return kerasapps.train_image_classifier(
        data,
        output_dir=folder,
        model=ModelConfig(model="resnet8", size_budget_kb=budget),
        image=ImageConfig(augment="none", image_size=16),
        train=TrainConfig(epochs=epochs, precision="float32"),
        export=ExportConfig(quantization=("int8",), saved_model=False, keep_failed=True),
    )


@pytest.mark.slow
def test_the_file_that_ships_weighs_what_was_foretold_and_a_run_goes_on_with_its_width(
    shapes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*arguments: Any, **options: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(publish, "judge_network", killed)
        with pytest.raises(KeyboardInterrupt):
            train(shapes, tmp_path, budget=40)

    def weighed_again(*arguments: Any, **options: Any) -> None:
        raise AssertionError

    monkeypatch.setattr(size, "find_size", weighed_again)
    result = train(shapes, tmp_path, budget=40)
    (int8,) = result.artifacts
    settings = read_manifest(result.bundle_dir).settings
    assert int8.size_bytes is not None and int8.size_bytes <= 40_000
    assert settings["sized"]["bytes"] == int8.size_bytes
    assert settings["model"]["width"] == settings["sized"]["width"] < 1
    assert settings["asked"]["model"]["width"] == 1
    longer = train(shapes, tmp_path, budget=40, epochs=2)
    assert longer.history.extended == (1,)
    monkeypatch.setattr(size, "find_size", find_size)
    with pytest.raises(ConfigError, match="size_budget_kb 5 is less than resnet8 can be"):
        train(shapes, tmp_path / "small", budget=5)
    assert not (tmp_path / "small" / "work").exists()
