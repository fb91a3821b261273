"""The process that measures a translator's file: what it is told reaches the file."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kerasapps.deploy import measure_translator, translator_passes

LOADED: list[tuple[Any, ...]] = []


class PlantedTranslator:
    """Answers each text with itself, a piece a letter; nothing with nothing."""

    def __init__(self, path: Path, tokenizer: Any, *, threads: int = 1) -> None:
        LOADED.append((path, tokenizer, threads))

    def search(self, text: str) -> tuple[Any, ...]:
        return (SimpleNamespace(ids=list(text)),) if text else ()

    def text(self, hypothesis: Any) -> str:
        return "".join(hypothesis.ids).upper()


@pytest.mark.parametrize("more", [{}, {"threads": 3}])
@pytest.mark.parametrize("sources", [["one", "", "three"], []])
def test_a_file_answers_every_source_with_as_many_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: dict[str, int], sources: list[str]
) -> None:
    LOADED.clear()
    (tmp_path / "sources.json").write_text(json.dumps(sources))
    names = {name: str(tmp_path / f"{name}.json") for name in ("sources", "translations", "result")}
    job = {"model": "a/model.tflite", "tokenizer": "words", "spec": {"size": 3}, **names, **more}
    (tmp_path / "job.json").write_text(json.dumps(job))
    monkeypatch.setattr(sys, "argv", ["measure_translator", str(tmp_path / "job.json")])
    monkeypatch.setattr(translator_passes, "TextTranslator", PlantedTranslator)
    monkeypatch.setattr(translator_passes, "SubwordSpec", SimpleNamespace(from_dict=dict.items))
    monkeypatch.setattr(
        translator_passes, "load_pair_tokenizer", lambda folder, spec: (list(spec), folder)
    )

    monkeypatch.setattr(measure_translator, "TIMED", 2)  # the others are only translated

    def measure_each(load: Any, texts: Any) -> Any:
        assert texts == sources[:2]
        search = load()
        return [search(text) for text in texts], {"latency_ms": 7.0}, 0.5

    monkeypatch.setattr(measure_translator, "measure_each", measure_each)
    measure_translator.main()
    tokenizer = ([("size", 3)], Path("words"))
    assert [(Path("a/model.tflite"), tokenizer, more.get("threads", 1))] == LOADED
    result = json.loads((tmp_path / "result.json").read_text())
    assert result == {"latency_ms": 7.0, "token_ms": 500.0 / (3 if sources else 1)}
    translations = json.loads((tmp_path / "translations.json").read_text())
    assert translations == [text.upper() for text in sources]


def test_translations_are_written_only_where_they_are_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sources.json").write_text("[]")
    job = {"model": "m", "tokenizer": "t", "spec": {}}
    job |= {name: str(tmp_path / f"{name}.json") for name in ("sources", "result")}
    (tmp_path / "job.json").write_text(json.dumps(job))
    monkeypatch.setattr(sys, "argv", ["measure_translator", str(tmp_path / "job.json")])
    monkeypatch.setattr(translator_passes, "SubwordSpec", SimpleNamespace(from_dict=dict.items))
    monkeypatch.setattr(translator_passes, "load_pair_tokenizer", lambda folder, spec: None)
    monkeypatch.setattr(measure_translator, "measure_each", lambda load, texts: ([], {}, 0.0))
    measure_translator.main()
    assert {each.name for each in tmp_path.iterdir()} == {
        "job.json",
        "sources.json",
        "result.json",
    }
