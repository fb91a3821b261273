"""A translator that learns from the translations of another."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

import kerasapps
from kerasapps import CompressConfig, ExportConfig, ModelConfig, TrainConfig, TranslationConfig
from kerasapps.deploy.manifest import read_manifest
from kerasapps.errors import ConfigError
from kerasapps.recipes.translation import teacher
from kerasapps.recipes.translation.teacher import KeptTexts, taught_splits
from kerasapps.recipes.translation.train import TASK, prepare
from kerasapps.start import Start
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.order import take_order
from kerasapps.workflow.reading import read_splits


def asked_for(bundle: Path, **values: Any) -> dict[str, Any]:
    return {**TASK.defaults, "compress": CompressConfig(teacher=str(bundle), **values)}


def test_the_teacher_s_translations_are_the_targets_of_training_alone(
    translated: kerasapps.RecipeResult, pairs: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    options = asked_for(translated.bundle_dir)
    splits = read_splits(TASK, pairs, options, tmp_path)
    taught, lessons = taught_splits(splits, options, Cache(tmp_path))
    assert lessons is not None and lessons.digest
    bundle: Any = kerasapps.load_bundle(translated.bundle_dir, "float32")
    for row in (0, len(splits.train) - 1):
        (best,) = bundle.predict(splits.train.sources[row])
        assert taught.train.targets[row] == (best.text or splits.train.targets[row])
    assert [*taught.train.targets] != [*splits.train.targets]
    assert taught.validation is splits.validation and taught.test is splits.test
    assert "Beside the translations of the data those of the teacher have a BLEU of" in (
        capsys.readouterr().err
    )
    # What the network is trained on.
    experiment: Any = prepare(splits, options, Cache(tmp_path))
    tokenizer = experiment.judging.pairs.tokenizer
    inputs = experiment.judging.pairs.inputs
    wanted = tokenizer.encode_target(taught.train.targets[0])
    assert inputs.train.target(0).tolist() == wanted.tolist()[: len(inputs.train.target(0))]
    assert experiment.judging.splits is splits
    next(iter(experiment.batches.training(Start())))
    # Whoever goes on does not ask again, and no more than is missing.
    asked: list[int] = []
    translates = teacher._translated

    def counted(manifest: Any, sources: Any) -> Any:
        asked.append(len(sources))
        return translates(manifest, sources)

    monkeypatch.setattr(teacher, "_translated", counted)
    again, _ = taught_splits(splits, options, Cache(tmp_path))
    assert [*again.train.targets] == [*taught.train.targets]
    (kept,) = tmp_path.rglob("*.jsonl")
    lines = kept.read_bytes().splitlines(keepends=True)
    kept.write_bytes(b"".join(lines[:-3]) + lines[-3][:4])  # killed in the midst of a line
    again, _ = taught_splits(splits, options, Cache(tmp_path))
    assert [*again.train.targets] == [*taught.train.targets]
    assert asked == [0, 3] and kept.read_bytes() == b"".join(lines)


def test_a_share_of_the_pairs_keeps_its_own_targets(
    translated: kerasapps.RecipeResult, pairs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(teacher, "_translated", lambda _, sources: iter([["so" for _ in sources]]))
    monkeypatch.setattr(teacher, "_refuse_nonsense", lambda *_: None)
    options = asked_for(translated.bundle_dir, distill_weight=0.25)
    splits = read_splits(TASK, pairs, options, tmp_path)
    taught, _ = taught_splits(splits, options, Cache(tmp_path))
    changed = [target == "so" for target in taught.train.targets]
    assert 0.1 < sum(changed) / len(changed) < 0.4
    others = zip(taught.train.targets, splits.train.targets, changed, strict=True)
    assert all(ours == theirs for ours, theirs, is_changed in others if not is_changed)
    again, _ = taught_splits(splits, options, Cache(tmp_path))
    assert [*again.train.targets] == [*taught.train.targets]


def test_what_translates_something_else_is_refused(
    translated: kerasapps.RecipeResult, pairs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = asked_for(translated.bundle_dir)
    splits = read_splits(TASK, pairs, options, tmp_path)
    audit = splits.audit
    languages = {"source_language": "fr", "target_language": audit["target_language"]}
    other = dataclasses.replace(splits, audit=languages)
    with pytest.raises(ConfigError, match="and these data from 'fr': a teacher of the same langua"):
        taught_splits(other, options, Cache(tmp_path))
    monkeypatch.setattr(teacher, "_translated", lambda _, sources: iter([["Ж" for _ in sources]]))
    for enough in (10_000, 10):  # all say it where they are few; what was kept makes it no better
        monkeypatch.setattr(teacher, "_JUDGED", enough)
        with pytest.raises(ConfigError, match=r"does not translate these sent.* BLEU of 0.0"):
            taught_splits(splits, options, Cache(tmp_path))
    assert taught_splits(splits, TASK.defaults, Cache(tmp_path)) == (splits, None)
    with pytest.raises(ConfigError, match="distill_temperature does not go with sentence pairs"):
        take_order(
            TASK,
            pairs,
            validation_data=None,
            test_data=None,
            tune=None,
            **asked_for(translated.bundle_dir, distill_temperature=2.0),
        )


def test_texts_are_kept_whole(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "texts.jsonl"
    with KeptTexts(file) as kept:
        assert kept.texts == []
        kept.add(["one\nline", "", "zwölf"])
    with KeptTexts(file) as kept:
        assert kept.texts == ["one\nline", "", "zwölf"]
        kept.add(["more"])
    file.write_bytes(file.read_bytes() + b'"cu')
    with KeptTexts(file) as kept:
        assert kept.texts == ["one\nline", "", "zwölf", "more"]
    assert file.read_bytes().endswith(b'"more"\n')


@pytest.mark.slow
def test_a_translator_learns_from_another(
    translated: kerasapps.RecipeResult, pairs: Path, tmp_path: Path
) -> None:
    result = kerasapps.train_translator(
        pairs,
        output_dir=tmp_path,
        model=ModelConfig(model="transformer", width=0.25, depth=0.25),
        translation=TranslationConfig(vocab_size=50, batch_tokens=512, beam=2),
        train=TrainConfig(epochs=8, learning_rate=1e-2, dropout=0.0),
        compress=CompressConfig(teacher=str(translated.bundle_dir)),
        export=ExportConfig(quantization=("float32",), saved_model=False, tolerance=100),
    )
    assert result.metrics["bleu"] > 15
    assert read_manifest(tmp_path).settings["compress"]["teacher"] == str(translated.bundle_dir)
