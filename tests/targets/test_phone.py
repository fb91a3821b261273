"""What goes into an app for a phone, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kerasapps.config import kinds
from kerasapps.errors import BundleError, ConfigError
from kerasapps.preprocess.tokenizers.spec import TokenizerSpec
from kerasapps.preprocess.tokenizers.wordpiece import WordPieceTokenizer
from kerasapps.targets import phone
from kerasapps.targets.characters import CHARACTERS_FILE
from tests.targets.apps import CLASSES, MODEL, PICTURE, planted_app, signature, tensor

PIXELS = signature(tensor("picture", 1, 8, 6, 3, dtype="uint8"))
TOKENS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "cat"]


@pytest.fixture
def template(tmp_path: Path) -> Path:
    folder = tmp_path / "template"
    (folder / "inner").mkdir(parents=True)
    (folder / "gitignore").write_text("build/\n")
    (folder / "inner" / "Main.kt").write_text("fun main() = Unit\n")
    return folder


def filled(app: phone.App, template: Path, folder: Path) -> Path:
    folder.mkdir()
    phone.fill_phone_app(app, template, folder, bundle="assets/bundle")
    return folder / "assets" / "bundle"


def test_an_app_is_the_template_and_what_it_reads_of_the_bundle(
    tmp_path: Path, template: Path
) -> None:
    more = {"examples.json": b"{}", "examples/1.png": b"", "vocab.txt": b""}
    app = planted_app(tmp_path / "bundle", PIXELS, files=more)
    bundle = filled(app, template, tmp_path / "app")
    names = {path.name for path in bundle.iterdir()}
    assert names == {"bundle.json", "labels.txt", "model_int8.tflite"}
    assert (bundle / "model_int8.tflite").read_bytes() == MODEL
    assert (tmp_path / "app" / ".gitignore").read_text() == "build/\n"
    assert (tmp_path / "app" / "inner" / "Main.kt").is_file()
    values = json.loads((bundle / "bundle.json").read_text(encoding="utf-8"))
    assert set(values) == {"schema_version", "labels", "preprocessing", "answer", "artifacts"}
    assert values["preprocessing"] == PICTURE and values["answer"] == CLASSES
    assert values["labels"] == ["no", "yes"]
    assert values["artifacts"][0]["runtime"]["signatures"] == [PIXELS]
    assert "secret" not in str(values)


def test_wordpieces_bring_the_table_of_characters(tmp_path: Path, template: Path) -> None:
    tokenizer = WordPieceTokenizer(TOKENS, TokenizerSpec("wordpiece", 8, True))
    app = planted_app(
        tmp_path / "bundle",
        signature(tensor("ids", 1, 8, dtype="int32")),
        preprocessing=tokenizer.explained(),
        files={"vocab.txt": "\n".join(TOKENS).encode()},
    )
    bundle = filled(app, template, tmp_path / "app")
    assert (bundle / "vocab.txt").read_bytes() == "\n".join(TOKENS).encode()
    assert "41 5a add 32\n" in (bundle / CHARACTERS_FILE).read_text()


def test_what_no_phone_app_takes_is_refused(tmp_path: Path, template: Path) -> None:
    app = planted_app(tmp_path / "bundle", PIXELS)
    arrays = {"kind": kinds.ARRAYS, "inputs": {"a": [2]}}
    strange = (
        (
            replace(app, answer={"kind": kinds.NUMBER}),
            "pictures with a number.*texts with a translation.*--target web writes a page",
        ),
        (
            replace(app, preprocessing=arrays),
            "arrays with one label.*A program of your own runs model_",
        ),
        (
            replace(app, answer={"kind": kinds.NUMBERS}),
            "pictures with an array of numbers",
        ),
    )
    for number, (other, said) in enumerate(strange):
        with pytest.raises(BundleError, match=said):
            filled(other, template, tmp_path / f"strange{number}")
    masked = planted_app(tmp_path / "old", signature(tensor("mask", 1, 8, dtype="bool")))
    with pytest.raises(BundleError, match=r"model_int8\.tflite has the tensor mask, bool \[1, 8\]"):
        filled(masked, template, tmp_path / "app2")
    assert not any((tmp_path / "app2").iterdir())


@pytest.mark.parametrize(
    ("run", "name", "identifier"),
    [
        ("shapes-cnn", "shapes-cnn", "app.kerasapps.shapescnn"),
        ("3 cats // $(rm)", "3 cats     (rm)", "app.kerasapps.model3catsrm"),
        ("Äpfel 'n' <Birnen>", "Äpfel  n   Birnen", "app.kerasapps.pfelnbirnen"),
        ("//", "model", "app.kerasapps.model"),
    ],
)
def test_names_hold_nothing_that_a_project_reads_as_its_own(
    tmp_path: Path, run: str, name: str, identifier: str
) -> None:
    app = planted_app(tmp_path / "bundle", PIXELS, run=run)
    assert phone.display_name(app) == name
    assert phone.identifier(app) == identifier


def test_a_runtime_is_refused_where_none_is_brought(tmp_path: Path, template: Path) -> None:
    app = replace(planted_app(tmp_path / "bundle", PIXELS), runtime=tmp_path)
    with pytest.raises(ConfigError, match="--runtime is for pages in browsers only"):
        filled(app, template, tmp_path / "app")
