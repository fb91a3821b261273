"""The command line as a user meets it: real processes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import kerasapps
from kerasapps.cli.options import in_options, parse_class_weights
from kerasapps.errors import ConfigError
from tests.shapes import shape_picture, write_shapes

TRAIN_DIGITS = ("train", "image-classification", "builtin:digits")
MOBILE_DIGITS = (*TRAIN_DIGITS, "--model", "mobile_cnn")


def run(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kerasapps", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
    )


def test_train_prints_one_json_object_and_writes_a_bundle(shapes: Path, tmp_path: Path) -> None:
    ended = run(
        "train",
        "image-classification",
        shapes,
        "--output-dir",
        tmp_path / "run",
        "--model",
        "mlp",
        "--width",
        "0.25",
        "--image-size",
        "16",
        "--epochs",
        "3",
        "--augment",
        "none",
        "--no-flip",
        "--quantization",
        "int8",
        "--quantization",
        "float32",
        "--no-saved-model",
        "--class-weights",
        "red=2,blue=1",
        "--tolerance",
        "100",
        "--json",
    )
    assert ended.returncode == 0, ended.stderr
    printed = json.loads(ended.stdout)
    assert set(printed) == {"metrics", "artifacts", "bundle_dir", "labels"}
    assert 0 <= printed["metrics"]["accuracy"] <= 1
    assert [each["name"] for each in printed["artifacts"]] == ["int8", "float32"]
    assert {"name", "path", "size_bytes", "metric", "delta", "latency_ms", "passed"} <= set(
        printed["artifacts"][0]
    )
    settings = json.loads((tmp_path / "run" / "bundle" / "bundle.json").read_text())["settings"]
    assert settings["train"]["class_weights"] == {"red": 2.0, "blue": 1.0}
    assert settings["image"]["flip"] is False and settings["model"]["width"] == 0.25
    assert Path(printed["bundle_dir"]) == tmp_path / "run" / "bundle"


@pytest.mark.slow  # the test above trains by the same command
def test_train_for_people_prints_the_table_and_the_report(
    shapes: Path, tmp_path: Path, run_here: Callable[..., Any]
) -> None:
    ended = run_here(
        "train",
        "image-classification",
        shapes,
        "--output-dir",
        tmp_path / "run",
        "--model",
        "mlp",
        "--width",
        "0.25",
        "--image-size",
        "16",
        "--epochs",
        "2",
        "--quantization",
        "float32",
        "--no-saved-model",
        "--tolerance",
        "100",
    )
    assert ended.returncode == 0, ended.stderr
    assert "passed" in ended.stdout and "report.html" in ended.stdout
    assert "float32" in ended.stdout and "CPU" in ended.stderr + ended.stdout


def test_predict_evaluate_and_benchmark(trained: kerasapps.RecipeResult, tmp_path: Path) -> None:
    picture = tmp_path / "red.png"
    shape_picture("red", 777).save(picture)
    ended = run("predict", trained.bundle_dir, picture, "--json", "--top-k", "2")
    (row,) = json.loads(ended.stdout)["predictions"]
    assert row["file"] == str(picture) and row["labels"][0] == "red" and len(row["scores"]) == 2
    assert "red" in run("predict", trained.bundle_dir, picture).stdout

    fresh = write_shapes(tmp_path / "fresh", per_class=5, first=900)
    ended = run("evaluate", trained.bundle_dir, fresh, "--artifact", "int8", "--json")
    assert json.loads(ended.stdout)["metrics"]["examples"] == 15

    page = tmp_path / "speed.html"
    asked = ("--artifact", "int8", "--data", fresh, "--report", page, "--json", "--floor")
    ended = run("benchmark", trained.bundle_dir, *asked, "0.5")
    found = json.loads(ended.stdout)["artifacts"]["int8"]
    assert 0 < found["latency_ms"] <= found["latency_p95_ms"] <= found["latency_p99_ms"]
    assert found["load_ms"] > 0 and min(found["per_second"].values()) > 0
    assert found["compiled"]["compiled_ms"] > 0 and found["gpu"]["stopped_by"] == []
    assert found["on_data"] > 0.5 and ended.returncode == 0
    assert "<svg" in page.read_text(encoding="utf-8")


def test_check_tells_good_data_from_bad(shapes: Path, tmp_path: Path) -> None:
    ended = run("check", shapes)
    assert ended.returncode == 0 and "red" in ended.stdout
    bad = write_shapes(tmp_path / "bad", per_class=4)
    (bad / "red" / "empty.png").touch()
    ended = run("check", bad)
    assert ended.returncode == 1 and "empty.png" in ended.stdout
    ended = run("check", bad, "--json")
    assert ended.returncode == 1 and json.loads(ended.stdout)["ok"] is False


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["train", "image-classification", "nowhere"], ["nowhere", "does not exist"]),
        (["train", "image-classification", "builtin:digit"], ["digits"]),
        (
            [*TRAIN_DIGITS, "--model", "mobile_cn"],
            ["Did you mean 'mobile_cnn'"],
        ),
        ([*TRAIN_DIGITS, "--epochs", "0"], ["epochs"]),
        ([*MOBILE_DIGITS, "--head-epochs", "2"], ["--head-epochs is for a pretrained backbone"]),
        ([*TRAIN_DIGITS, "--quantization", "int4"], ["int4"]),
        ([*TRAIN_DIGITS, "--class-weights", "a"], ["cat=2"]),
        (["predict", "nowhere", "a.png"], ["nowhere", "bundle"]),
        (["check", "nowhere"], ["nowhere"]),
    ],
)
def test_a_mistake_is_one_message_without_a_traceback(
    arguments: list[str], words: list[str], tmp_path: Path, run_here: Callable[..., Any]
) -> None:
    ended = run_here(*arguments, "--json", cwd=tmp_path)
    refused = {"nowhere", "builtin:digit"} & {*arguments}  # data and bundles that there are not
    assert ended.returncode == (1 if refused else 2)
    assert "Traceback" not in ended.stderr + ended.stdout
    for word in words:
        assert word in ended.stderr + ended.stdout
    assert len(json.loads(ended.stdout)) >= 1


def test_a_mistake_ends_a_process_as_it_does_here(tmp_path: Path) -> None:
    ended = run("train", "image-classification", "nowhere", "--json", cwd=tmp_path)
    assert ended.returncode == 1 and "Traceback" not in ended.stderr + ended.stdout
    assert "does not exist" in json.loads(ended.stdout)["error"]


def test_without_json_a_mistake_leaves_standard_output_empty(tmp_path: Path) -> None:
    ended = run("predict", "nowhere", "a.png", cwd=tmp_path)
    assert ended.returncode == 1 and ended.stdout == ""
    assert ended.stderr.startswith("error: nowhere")


def test_an_empty_output_folder_is_refused(run_here: Callable[..., Any], tmp_path: Path) -> None:
    ended = run_here(*TRAIN_DIGITS, "--output-dir", "", cwd=tmp_path)
    assert ended.returncode == 2 and "--output-dir" in ended.stderr and "empty" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_option_is_refused() -> None:
    ended = run(*TRAIN_DIGITS, "--epoch", "3")
    assert ended.returncode == 2 and "--epochs" in ended.stderr and "Traceback" not in ended.stderr


def test_a_usage_error_is_json_too() -> None:
    ended = run("predict", "--json")
    assert ended.returncode == 2 and "error" in json.loads(ended.stdout)


def test_predict_answers_for_the_pictures_that_it_can_read(
    trained: kerasapps.RecipeResult, tmp_path: Path
) -> None:
    picture = tmp_path / "red.png"
    shape_picture("red", 778).save(picture)
    ended = run("predict", trained.bundle_dir, tmp_path / "none.png", picture, "--json")
    printed = json.loads(ended.stdout)
    assert ended.returncode == 1
    assert [row["labels"][0] for row in printed["predictions"]] == ["red"]
    assert len(printed["errors"]) == 1 and "none.png" in printed["errors"][0]


def test_the_version_is_printed() -> None:
    assert run("--version").stdout.strip() == kerasapps.__version__


def test_class_weights() -> None:
    assert parse_class_weights("balanced") == "balanced"
    assert parse_class_weights("a=b=2,c=0.5") == {"a=b": 2.0, "c": 0.5}
    for text in ("cat", "cat=x", "=2"):
        with pytest.raises(ConfigError, match="class-weights"):
            parse_class_weights(text)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("TrainConfig.batch_size must be 1", "--batch-size must be 1"),
        ("train.epochs was 6, is 7", "--epochs was 6, is 7"),
        ("ModelConfig.model 'lstmm' is not known", "--model 'lstmm' is not known"),
        ("raise max_broken; name text_column", "raise --max-broken; name --text-column"),
        (
            "need tokenizer='wordpiece'; set image_size=64",
            "need --tokenizer wordpiece; set --image-size 64",
        ),
        ("a.csv has no column 'text_column'", "a.csv has no column 'text_column'"),
        ("no file data/max_length/a.csv", "no file data/max_length/a.csv"),
        ("the text of train.csv, row 3", "the text of train.csv, row 3"),
        ("give --batch-size 4", "give --batch-size 4"),
        ("batch_sizes? Known: epochs, batch_size.", "batch_sizes? Known: epochs, batch_size."),
    ],
)
def test_messages_name_options(message: str, expected: str) -> None:
    assert in_options(message) == expected
