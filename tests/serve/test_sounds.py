"""Sounds answered over HTTP, however they are sent."""

from __future__ import annotations

import base64
import io

import numpy as np
import soundfile

import kerasapps
from tests.recipes.audio_classification.tones import RATE, tone
from tests.serve.asking import client_of, refused


def wav(samples: np.ndarray) -> bytes:
    encoded = io.BytesIO()
    soundfile.write(encoded, samples, RATE, format="WAV")
    return encoded.getvalue()


def test_sounds_are_answered_as_load_bundle_does(heard: kerasapps.RecipeResult) -> None:
    client = client_of({"words": heard.bundle_dir}, max_seconds=2)
    (served,) = client.get("/models").json()["models"]
    assert (served["reads"], [*served["options"]]) == ("sound", ["top_k"])
    assert served["limits"]["seconds"] == 2
    sound = wav(tone("low", 5))
    (right,) = kerasapps.load_bundle(heard.bundle_dir).predict(sound)
    text = base64.b64encode(sound).decode()
    answers = [
        client.post("/predict", json={"sound": text}),
        client.post("/predict", json={"sounds": [f"data:audio/wav;base64,{text}"]}),
        client.post("/predict", content=sound, headers={"Content-Type": "audio/wav"}),
        client.post("/predict", files={"sounds": ("a.wav", sound, "audio/wav")}),
    ]
    for each in answers:
        (found,) = each.json()["predictions"]
        assert found["labels"] == [*right.labels] and found["labels"][0] == "low"
    tensor = {"name": "sound", "datatype": "BYTES", "shape": [1], "data": [text]}
    values = client.post("/v2/models/words/infer", json={"inputs": [tensor]}).json()
    assert "low" in str(values["outputs"])


def test_what_is_no_sound_or_too_long_is_refused(heard: kerasapps.RecipeResult) -> None:
    client = client_of({"words": heard.bundle_dir}, max_seconds=1)
    nothing = base64.b64encode(b"no sound").decode()
    assert refused(client.post("/predict", json={"sound": nothing}), 422, "unreadable")["field"]
    long = base64.b64encode(wav(tone("low", 5, seconds=1.5))).decode()
    error = refused(client.post("/predict", json={"sound": long}), 413, "too_large")
    assert "lasts 2 seconds" in error["message"]


def test_a_sound_is_explained_by_its_moments_and_pitches(heard: kerasapps.RecipeResult) -> None:
    client = client_of({"words": heard.bundle_dir}, max_seconds=2)
    sound = wav(tone("low", 5))
    answer = client.post("/explain", content=sound, headers={"Content-Type": "audio/wav"})
    assert answer.status_code == 200, answer.text
    values = answer.json()["explanation"]
    assert values["label"] == "low" and values["picture"].startswith("data:image/png;base64,")
    weights = np.array(values["weights"])
    assert weights.shape == (len(values["hertz"]) - 1, len(values["seconds"]) - 1)
    right = kerasapps.explain_bundle(heard.bundle_dir, sound)
    assert weights.tolist() == [list(each) for each in right.weights]  # type: ignore[attr-defined]
    refused(client.post("/explain", json={"sound": "bm9uZQ=="}), 422, "unreadable")
