"""What `predict` asks of a translator and how it shows translations."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pytest

from kerasapps.errors import ConfigError
from kerasapps.recipes.translation import predicting
from kerasapps.recipes.translation.predicting import answers
from tests.cli.answering import TRANSLATION, Translates
from tests.values import kinds_of, left_open_in


def test_translations() -> None:
    bundle = Translates()
    usual = answers(bundle, {})
    assert (usual.kind, usual.columns) == ("text", ("translation", "score"))
    assert usual.find("x") is TRANSLATION and not usual.as_table
    assert answers(bundle, {"beam": 4, "n_best": 2}).find("y") is TRANSLATION
    assert bundle.asked == [
        ("x", {"beam": None, "n_best": 1}),
        ("y", {"beam": 4, "n_best": 2}),
    ]
    assert usual.lines("x", TRANSLATION) == ["Hallo", "Na  (-1.235)"]
    assert usual.cells(TRANSLATION) == ["Hallo", "-0.25", "Na", "-1.23457"]
    assert usual.values(TRANSLATION) == {
        "translation": "Hallo",
        "score": -0.25,
        "alternatives": [{"text": "Na", "score": -1.23456789}],
        "truncated": True,
    }


def test_texts_are_gathered_in_their_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    (text,) = answers(Translates(), {}).gather(["ein Haus"]).inputs
    assert text.value == "ein Haus"
    with pytest.raises(ConfigError, match="encoding 'cp85' is not known"):
        answers(Translates(), {"encoding": "cp85"})
    stream = SimpleNamespace(buffer=io.BytesIO("schön".encode("cp850")))
    monkeypatch.setattr("sys.stdin", stream)
    (line,) = answers(Translates(), {"encoding": "cp850"}).gather(["-"]).inputs
    assert line.value == "schön"


def test_kinds_of_values() -> None:
    assert kinds_of(predicting) == {"BestTranslationsConfig": "frozen, by name"}
    assert left_open_in(predicting) == {"BestTranslationsConfig": {"n_best": 1}}
