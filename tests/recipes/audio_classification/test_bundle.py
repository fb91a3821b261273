"""A bundle for sounds at work."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from ai_edge_litert.tools import flatbuffer_utils
from PIL import Image

import kerasapps
from kerasapps.config import ExplainConfig
from kerasapps.deploy.interpreter import TFLiteModel
from kerasapps.deploy.sound_stream import SoundStream
from kerasapps.errors import BundleError, ConfigError
from kerasapps.export.integer_sounds import front_end
from kerasapps.recipes.audio_classification.bundle import STREAM_FILE, SoundBundle
from kerasapps.recipes.audio_classification.predicting import sound_answers
from tests.light import run_light
from tests.recipes.audio_classification.tones import RATE, tone

_LIGHT = """
import json, sys
import kerasapps
bundle = kerasapps.load_bundle(sys.argv[1])
heard = [each.label for each in bundle.listen(sys.argv[2]).detections]
explained = kerasapps.explain_bundle(sys.argv[1], sys.argv[2]).label
figures = kerasapps.evaluate_bundle(sys.argv[1], sys.argv[3])
print(json.dumps([bundle.predict(sys.argv[2])[0].label, heard, explained, figures.accuracy]))
"""


@pytest.fixture
def loaded(heard: kerasapps.RecipeResult) -> SoundBundle:
    bundle = kerasapps.load_bundle(heard.bundle_dir)
    assert isinstance(bundle, SoundBundle)
    return bundle


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """A second of a low tone, then one of a high one."""
    long = np.concatenate([tone(each, 3, seconds=1.0) for each in ("low", "high")])
    soundfile.write(tmp_path / "long.wav", long, RATE)
    return tmp_path / "long.wav"


def test_tones_are_told_apart_in_any_form_and_at_any_rate(
    loaded: SoundBundle, tmp_path: Path
) -> None:
    for label in ("low", "high"):
        for rate in (4000, 11_025):
            path = tmp_path / f"{label}{rate}.flac"
            soundfile.write(path, tone(label, 5, rate=rate), rate)
            found = loaded.predict([path, str(path), path.read_bytes()])
            assert [each.label for each in found] == [label] * 3


def test_a_long_sound_is_the_mean_of_its_windows(loaded: SoundBundle, recording: Path) -> None:
    (found,) = loaded.predict(str(recording))
    assert len(found.windows) > 4 and found.windows[0].label == "low"
    assert found.windows[-2].label == "high"
    assert found.windows[1].start == pytest.approx(loaded.reader.spec.seconds / 2)


def test_of_the_parts_of_hours_the_first_are_shown(
    loaded: SoundBundle, recording: Path, tmp_path: Path
) -> None:
    long = np.tile(soundfile.read(recording)[0], 20)
    soundfile.write(tmp_path / "longer.wav", long, RATE)
    answers = sound_answers(loaded, {})
    found = answers.find(str(tmp_path / "longer.wav"))
    *shown, last = answers.lines("longer.wav", found)[1:]
    assert len(shown) == 100 and last.startswith(f"… {len(found.windows) - 100} more (--json")
    assert len(answers.values(found)["windows"]) == len(found.windows) > 200


def test_what_is_heard_is_told_with_its_time(loaded: SoundBundle, recording: Path) -> None:
    assert loaded.streams
    heard = loaded.listen(recording, threshold=0.5)
    assert heard.seconds == pytest.approx(2.0, abs=0.05)
    labels = [each.label for each in heard.detections]
    assert labels[0] == "low" and labels[-1] == "high"
    assert heard.detections[-1].end == pytest.approx(2.0, abs=0.05)
    assert loaded.listen(recording, threshold=1.0).detections == ()
    with pytest.raises(ConfigError, match="threshold"):
        loaded.listen(recording, threshold=2.0)


def test_the_file_for_streams_answers_as_the_whole_clip_by_both_of_its_signatures(
    loaded: SoundBundle,
) -> None:
    clip = np.resize(tone("middle", 9, rate=8000), loaded.reader.spec.samples)
    *_, (_, last) = loaded._streamed(clip)
    np.testing.assert_allclose(last, loaded.scores(clip), atol=0.05)  # on whole numbers
    whole = TFLiteModel(loaded.manifest.file(STREAM_FILE)).scores(clip)
    np.testing.assert_allclose(whole, loaded.scores(clip), atol=0.05)


def test_the_weights_of_both_signatures_lie_in_the_file_once(
    heard: kerasapps.RecipeResult,
) -> None:
    model = flatbuffer_utils.read_model(str(heard.bundle_dir / STREAM_FILE))
    clip, stream = ({each.buffer for each in graph.tensors} for graph in model.subgraphs)
    assert [each.signatureKey for each in model.signatureDefs] == [b"serve", b"stream"]
    large = {
        place
        for place in clip | stream
        if model.buffers[place].data is not None and len(model.buffers[place].data) >= 256
    }
    assert large and large <= clip & stream


def test_other_files_hear_no_stream_and_have_the_one_graph_that_mediapipe_takes(
    heard: kerasapps.RecipeResult,
) -> None:
    file = heard.bundle_dir / "model_float32.tflite"
    assert len(flatbuffer_utils.read_model(str(file)).subgraphs) == 1
    with pytest.raises(BundleError, match="hears no stream"):
        SoundStream(file)
    assert SoundStream(heard.bundle_dir / STREAM_FILE).chunk == 160


def test_a_file_for_streams_of_other_classes_is_refused(
    loaded: SoundBundle, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SoundBundle, "labels", property(lambda _: ("low", "high")))
    with pytest.raises(BundleError, match="labels 3, but the manifest says 2"):
        loaded.listen(recording)


def test_an_explanation_has_a_picture_and_its_weights(
    heard: kerasapps.RecipeResult, tmp_path: Path
) -> None:
    soundfile.write(tmp_path / "a.wav", tone("high", 5), RATE)
    found = kerasapps.explain_bundle(heard.bundle_dir, str(tmp_path / "a.wav"))
    clip = kerasapps.load_bundle(heard.bundle_dir).reader.spec.seconds  # type: ignore[union-attr]
    missing = clip - soundfile.info(tmp_path / "a.wav").duration
    begins, *_, ends = found.seconds  # type: ignore[attr-defined]
    assert (begins, ends) == pytest.approx((-missing / 2, clip - missing / 2), abs=1e-3)
    weights = np.array(found.weights)  # type: ignore[attr-defined]
    assert weights.shape == (8, 16) and np.abs(weights).max() > 0
    assert Image.open(io.BytesIO(found.picture)).size == (240, 120)  # type: ignore[attr-defined]
    values = json.loads(json.dumps(found.to_dict()))
    assert values["picture"].startswith("data:image/png;base64,") and values["label"] == "high"
    found.save(tmp_path / "why.png")  # type: ignore[attr-defined]
    assert Image.open(tmp_path / "why.png").size == (240, 120)


@pytest.mark.slow  # importing shap takes seconds
def test_shap_values_of_a_sound_agree_with_what_is_lost_without_its_parts(
    heard: kerasapps.RecipeResult, tmp_path: Path
) -> None:
    soundfile.write(tmp_path / "a.wav", tone("high", 5), RATE)
    how = ExplainConfig(method="shap", samples=600)
    found: Any = kerasapps.explain_bundle(heard.bundle_dir, str(tmp_path / "a.wav"), explain=how)
    assert np.array(found.weights).shape == (8, 16)
    assert found.agreement.method == "occlusion" and found.agreement.correlation > 0.2
    assert json.loads(json.dumps(found.to_dict()))["agreement"]["method"] == "occlusion"


def test_the_report_plays_its_mistakes_and_examples_are_small_files(
    heard: kerasapps.RecipeResult,
) -> None:
    page = (heard.bundle_dir / "report.html").read_text("utf-8")
    wrong = round((1 - heard.metrics["accuracy"]) * heard.metrics["examples"])
    assert page.count("data:audio/flac") == wrong
    sizes = [each.stat().st_size for each in (heard.bundle_dir / "examples").iterdir()]
    assert len(sizes) == 5 and max(sizes) < 17_000


def test_only_the_front_end_is_kept_from_whole_numbers(heard: kerasapps.RecipeResult) -> None:
    names = front_end((heard.bundle_dir / "model_float32.tflite").read_bytes())
    assert names and all("conv2d" not in each.lower() for each in names)


def test_a_light_installation_answers_judges_and_explains(
    heard: kerasapps.RecipeResult, recording: Path
) -> None:
    source = kerasapps.load_bundle(heard.bundle_dir).manifest.data["source"]
    said = json.loads(run_light(_LIGHT, heard.bundle_dir, recording, source))
    assert said[0] in ("low", "high", "middle") and "low" in said[1]
    assert said[3] == pytest.approx(heard.metrics["accuracy"])
