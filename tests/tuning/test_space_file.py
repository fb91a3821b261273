"""Spaces from YAML files."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerasapps.errors import ConfigError
from kerasapps.tuning import space_file
from kerasapps.tuning.space import Space, describe_space
from kerasapps.tuning.user_space import space_from
from tests.odd_files import IRREGULAR, make_irregular
from tests.tuning.test_space import DEFAULTS, KNOWN


def _space(folder: Path, text: str, models: tuple[str, ...] = ()) -> Space:
    file = folder / "space.yaml"
    file.write_text(text, encoding="utf-8")
    return space_from(str(file), defaults=DEFAULTS, known=KNOWN, models=models)


def test_every_form_of_entry(tmp_path: Path) -> None:
    space = _space(
        tmp_path,
        """
        learning_rate: {min: 1e-4, max: 1e-2, sampling: log}  # a text to YAML 1.1
        batch_size: {min: 16, max: 128, step: 2, sampling: log}
        width: [0.5, 1, 2]
        xla: auto
        optimizer: adamw
        tied: [true, false]
        epochs: 10
        """,
    )
    rows = {row["name"]: row for row in describe_space(space)}
    assert (rows["learning_rate"]["min"], rows["learning_rate"]["max"]) == (1e-4, 1e-2)
    assert rows["learning_rate"]["sampling"] == "log"
    assert rows["batch_size"]["kind"] == "int" and rows["batch_size"]["step"] == 2
    assert list(space.space[1].values) == [16, 32, 64, 128]
    assert rows["width"]["values"] == [0.5, 1.0, 2.0]
    assert rows["tied"]["kind"] == "boolean"
    assert rows["epochs"] == {
        "name": "epochs",
        "kind": "fixed",
        "values": [10],
        "default": 10,
        "when": {},
    }
    assert space.values == {
        "learning_rate": 2e-3,
        "batch_size": 48,
        "width": 1.0,
        "xla": "auto",
        "optimizer": "adamw",
        "tied": True,
        "epochs": 10,
    }


def test_words_are_words(tmp_path: Path) -> None:
    file = tmp_path / "space.yaml"
    file.write_text("xla: [on, off]\naugment: [none, light]\n", encoding="utf-8")
    expected = {"xla": ["on", "off"], "augment": ["none", "light"]}
    assert space_file.read_space_file(str(file)) == expected


def test_the_example_of_the_docs_works(tmp_path: Path) -> None:
    example = (space_file.__doc__ or "").split("```yaml\n")[1].split("```")[0]
    space = _space(tmp_path, example)
    assert [hp.name for hp in space.space] == [
        "model",
        "learning_rate",
        "batch_size",
        "width",
        "epochs",
        "cnn/kernel",
    ]


def test_options_of_one_of_several_models(tmp_path: Path) -> None:
    text = "vit:\n  width: [0.5, 1]\ncnn:\n  width: {min: 0.5, max: 2}\n"
    for space in (
        _space(tmp_path, "model: [cnn, vit]\n" + text),
        _space(tmp_path, text, ("cnn", "vit")),
    ):
        assert space.values == {"model": "cnn", "cnn/width": 1.0}
        assert {hp.name for hp in space.space} == {"model", "cnn/width", "vit/width"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("learnig_rate: [1, 2]", "option 'learnig_rate' is not known. Did you mean"),
        ("width: [0.5, 40]", "width: must be"),
        ("width: {min: 2, max: 1}", "min must be below max"),
        ("learning_rate: {min: 0, max: 1, sampling: log}", "above 0"),
        ("width: {min: 0.5, max: 1, smapling: log}", "key 'smapling' is not known. Did you mean"),
        ("width: {min: 0.5, max: 1, sampling: logarithmic}", "sampling 'logarithmic'"),
        ("width: {min: 0.5}", "a range is"),
        ("width: {min: 0.5, max: 1, step: 0}", "step"),
        ("batch_size: {min: 8, max: 64, step: 0.5}", "takes a whole number, got 0.5"),
        ("batch_size: {min: 8, max: 64, step: 1, sampling: log}", "step > 1"),
        ("batch_size: [16, 32.5]", "a whole number, got 32.5"),
        ("batch_size: [true, false]", "a whole number, got True"),
        ("augment: {min: 1, max: 2}", "augment takes a word"),
        ("augment: [light, 3]", "takes a word, got 3"),
        ("augment: [none, strong]", "augment lacks 'light'"),
        ("width:", "got None"),
        ("width: [1]", "two different values"),
        ("width: [1, 1.0]", "two different values"),
        ("clip_norm: [0.5, 1]", "set clip_norm itself"),
        ("epochs: 10", "nothing to search"),
        ("width: [1, 2]\nwidth: [1, 3]", "'width' stands there twice"),
        ("model: [cnn, vit]\nwidth: [1, 2]\ncnn:\n  width: [1, 2]", "cnn/width stands there twice"),
        ("model: [cnn, vit]\ncnn: [1, 2]", "write below it"),
        ("model: [cnn, vit]\nvgg:\n  width: [1, 2]", "option 'vgg' is not known"),
        ("- width", "must hold an option a line"),
        ("width: [1,", "is not YAML"),
        ("", "must hold an option a line"),
        ("!!python/object/apply:os.system ['false']", "is not YAML"),
    ],
)
def test_mistakes_are_named_with_the_file(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=r"space\.yaml") as raised:
        _space(tmp_path, text)
    assert message in str(raised.value)


def test_models_are_named_in_one_place(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="named twice"):
        _space(tmp_path, "model: [cnn, vit]", ("cnn", "vit"))


def test_a_missing_file_is_named() -> None:
    with pytest.raises(ConfigError, match=r"no file '/nowhere/space\.yaml'"):
        space_from("/nowhere/space.yaml", defaults=DEFAULTS, known=KNOWN)


@pytest.mark.parametrize("kind", IRREGULAR)
def test_a_space_is_a_file_of_moderate_size(tmp_path: Path, kind: str) -> None:
    odd = make_irregular(tmp_path / "space.yaml", kind)
    with pytest.raises(ConfigError, match=rf"space\.yaml cannot be .*: it is {IRREGULAR[kind]}"):
        space_from(str(odd), defaults=DEFAULTS, known=KNOWN)
    odd.unlink()
    with pytest.raises(ConfigError, match="65,536 are read at most"):
        _space(tmp_path, "width: [1, 2]\n" + "#" * 65_536)
