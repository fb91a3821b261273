"""What needs no TensorFlow to be refused is refused without it, in one process for all."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import kerasapps

PROGRAM = """
import contextlib, io, json, sys
from kerasapps import cli
told = []
for line in json.loads(sys.argv[1]):
    sys.argv = ["kerasapps", *line]
    with contextlib.redirect_stderr(io.StringIO()) as errors:
        try:
            cli.run()
        except SystemExit as ended:
            heavy = {"tensorflow", "keras", "keras_tuner"} & set(sys.modules)
            told.append([ended.code, errors.getvalue(), sorted(heavy)])
print(json.dumps(told))
"""
DIGITS = ("image-classification", "builtin:digits")
REVIEWS = ("text-classification", "builtin:reviews")
PHRASES = ("translation", "builtin:phrases")


def refused(*lines: tuple[str, ...], cwd: Path) -> list[tuple[int, str]]:
    """Exit status and message of each command line, none of which imported TensorFlow."""
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(lines)],
        capture_output=True,
        text=True,
        check=True,
        cwd=cwd,
    )
    told = json.loads(ended.stdout)
    assert [heavy for _, _, heavy in told] == [[]] * len(lines)
    return [(status, message) for status, message, _ in told]


def test_options_that_cannot_work(tmp_path: Path) -> None:
    (tmp_path / "space.yaml").write_text("learning_rat: [0.1, 0.01]\n")
    cases: dict[tuple[str, ...], str] = {
        ("train", *PHRASES, "--class-weights", "balanced"): "--class-weights is for classifiers",
        ("train", *DIGITS, "--model", "cnn", "--beta-2", "0.9", "--optimizer", "sgd"): "--beta-2",
        ("train", "tabular", "x.csv", "--kernel", "3"): "have no kernels",
        ("train", *DIGITS, "--max-drop", "1"): "--max-drop chooses among files: give --quantization"
        " auto too",
        ("tune", *DIGITS, "--quantization", "auto", "--objective", "int8_accuracy"): "The search is"
        " about the int8 file, and --quantization auto chooses a file after it",
        ("tune", *DIGITS, "--objective", "val_f1"): "--objective 'val_f1' is not known",
        ("tune", *DIGITS, "--workers", "1000"): "--workers is 1000, but there are",
        ("tune", *REVIEWS, "--space", "none.yaml"): "There is no file 'none.yaml'",
        ("tune", *REVIEWS, "--space", "space.yaml"): "Did you mean 'learning_rate'",
        ("tune", *DIGITS, "--qat"): "--qat and a search exclude each other",
        ("train", *DIGITS, "--qat-epochs", "3"): "--qat-epochs must be left out without --qat",
        ("train", *DIGITS, "--qat", "--quantization", "float32"): "--qat is for the int8 file, and"
        " --quantization asks for float32: add int8, or leave --qat out",
        ("train", *REVIEWS, "--qat", "--model", "gru"): "gru is recurrent, and --qat cannot follow",
        ("train", *PHRASES, "--qat"): "--qat does not go with sentence pairs",
        ("train", *DIGITS, "--size-budget-kb", "64", "--quantization", "onnx"): "--size-budget-kb"
        " is for a TFLite file, and --quantization asks for onnx: add int8",
        ("tune", *PHRASES, "--prune", "--algorithm", "hyperband"): "--prune cannot be True",
    }
    for (status, message), (line, words) in zip(
        refused(*cases, cwd=tmp_path), cases.items(), strict=True
    ):
        assert status == 2 and words in message and message.startswith("error: "), line


def test_data_and_folders_that_cannot_be_used(
    trained: kerasapps.RecipeResult, shapes: Path, tmp_path: Path
) -> None:
    folder = str(trained.bundle_dir.parent)
    other, nowhere = refused(
        ("train", "image-classification", str(shapes), "--model", "mlp", "--output-dir", folder),
        ("train", "image-classification", "nowhere"),
        cwd=tmp_path,
    )
    assert other[0] == 1 and "holds a run with other settings" in other[1]
    assert nowhere[0] == 1 and "does not exist" in nowhere[1]
