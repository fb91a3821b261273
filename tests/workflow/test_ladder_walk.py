"""The whole way of `quantization="auto"`, from a trained network to a bundle."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from typing import Any

import keras
import pytest

import kerasapps
from kerasapps.config import ExportConfig, TrainConfig
from kerasapps.deploy.manifest import read_manifest
from kerasapps.export.ladder.rungs import CONVERTED, QUANTIZED
from kerasapps.training import History
from kerasapps.workflow import bundle_export, publish
from kerasapps.workflow.fit import fit_network
from tests.wide_ranges import separable_net, widened

AUTO = ExportConfig(quantization=("auto",), max_drop=1, saved_model=False)


@pytest.mark.slow
def test_wide_ranges_end_on_a_small_file_within_a_point(
    shapes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = kerasapps.train_image_classifier(
        shapes,
        output_dir=tmp_path / "run",
        model=separable_net,
        train=TrainConfig(epochs=8, learning_rate=3e-3),
        export=ExportConfig(quantization=("float32",), saved_model=False),
    )
    as_trained = bundle_export.finished_network
    monkeypatch.setattr(bundle_export, "finished_network", lambda each: widened(as_trained(each)))
    (chosen,) = kerasapps.export_bundle(result.bundle_dir, export=AUTO)
    assert chosen.ladder is not None
    rungs = {each.name: each for each in chosen.ladder.rungs}
    int8, float32 = rungs["int8"], rungs["float32"]
    assert int8.delta is not None and int8.delta < -10
    assert float32.delta == 0 and float32.size_bytes
    assert chosen.passed and chosen.delta is not None and chosen.delta >= -1
    assert chosen.size_bytes and chosen.size_bytes <= 0.4 * float32.size_bytes
    # The layers around the wide ranges are found, and leaving them out is enough.
    mixed = rungs["int8_mixed"]
    assert mixed.passed and "wide" in mixed.note
    manifest = read_manifest(result.bundle_dir)
    assert {each["name"] for each in manifest.artifacts} == {"float32", chosen.name}
    page = (result.bundle_dir / "report.html").read_text(encoding="utf-8")
    assert "Choice of the file" in page and "int8_int16" in page


@pytest.mark.slow
def test_a_network_whose_int8_loses_too_much_is_trained_on(
    shapes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fitted(network: keras.Model, *arguments: Any, **options: Any) -> History:
        history = fit_network(network, *arguments, **options)
        widened(network)
        return history

    monkeypatch.setattr(publish, "fit_network", fitted)
    result = kerasapps.train_image_classifier(
        shapes,
        output_dir=tmp_path / "run",
        model=separable_net,
        train=TrainConfig(epochs=8, learning_rate=3e-3),
        compress=kerasapps.CompressConfig(),
        export=AUTO,
    )
    (chosen,) = result.artifacts
    assert chosen.passed and chosen.ladder is not None
    rungs = {each.name: each for each in chosen.ladder.rungs}
    int8, tuned = rungs["int8"], rungs["int8_qat"]
    assert int8.delta is not None and int8.delta < -10
    assert tuned.delta is not None and tuned.delta > int8.delta + 20
    assert tuned.note.endswith("fine-tuned in 10 epochs")
    assert tuned.size_bytes == pytest.approx(int8.size_bytes, rel=0.01)
    # The network that ships is the one that was trained, whose other files lose nothing.
    assert rungs["float32"].delta == 0


@pytest.mark.slow
@pytest.mark.parametrize("run", ["reviewed", "translated", "tagged", "heard"])
def test_every_rung_is_made_of_every_kind_of_network(
    run: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    made: kerasapps.RecipeResult = request.getfixturevalue(run)
    bundle = Path(shutil.copytree(made.bundle_dir, tmp_path / "run" / "bundle"))
    (chosen,) = kerasapps.export_bundle(bundle, export=dataclasses.replace(AUTO, max_drop=100))
    assert chosen.ladder is not None and chosen.ladder.judged_on == "validation"
    rungs = {each.name: each for each in chosen.ladder.rungs}
    for name in (*CONVERTED, *QUANTIZED):
        assert rungs[name].size_bytes, rungs[name].reason
        assert rungs[name].metric is not None and rungs[name].delta is not None
    # Whatever is chosen answers as the bundle's reader wants it.
    assert chosen.passed and kerasapps.load_bundle(bundle, artifact=chosen.name)


@pytest.mark.slow
def test_recurrent_networks_have_all_rungs(tmp_path: Path) -> None:
    result = kerasapps.train_text_classifier(
        "builtin:reviews",
        output_dir=tmp_path / "run",
        model="lstm",
        train=TrainConfig(epochs=1),
        export=AUTO,
    )
    assert result.artifacts[0].ladder is not None
    for rung in result.artifacts[0].ladder.rungs:
        assert rung.size_bytes or "not tried" in rung.reason, rung.reason
