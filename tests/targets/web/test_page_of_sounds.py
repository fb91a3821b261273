"""Sounds in a page are answered as in Python; both pages hear a microphone, played from a file."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

import kerasapps
from benchmarks.clients.case import Case
from benchmarks.clients.each import server
from kerasapps.deploy.manifest import read_manifest
from tests.recipes.audio_classification.tones import tone
from tests.targets.web.sites import check_page, needs_browser, page_pictures, runtime

SPOKEN = "low"


@needs_browser
def test_sounds_of_all_kinds(heard: kerasapps.RecipeResult, tmp_path: Path) -> None:
    """WAV and FLAC, stereo, shorter and longer than a clip, and so long that it is heard in parts.

    They have the model's rate: browsers resample in ways of their own.
    """
    rate = int(read_manifest(heard.bundle_dir).input["rate"])
    sounds = {f"{label}.wav": tone(label, 5, rate=rate) for label in ("high", "low")}
    sounds |= {f"{n}.flac": tone("middle", n, seconds=0.1 * n, rate=rate) for n in (1, 5, 23)}
    sounds["stereo.wav"] = np.stack([sounds["low.wav"], 0 * sounds["low.wav"]], axis=1)
    for name, samples in sounds.items():
        soundfile.write(tmp_path / name, samples, rate)
    check_page(heard.bundle_dir, [tmp_path / name for name in sounds], tmp_path)


@contextmanager
def _speaking(tmp_path: Path) -> Iterator[Any]:
    """A browser whose microphone hears a tone without end."""
    spoken = tmp_path / "spoken.wav"
    soundfile.write(spoken, tone(SPOKEN, 3, seconds=4, rate=48000), 48000, subtype="PCM_16")
    with page_pictures().browser(
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={spoken}",
    ) as page:
        yield page


@pytest.mark.slow
@needs_browser
def test_a_page_of_its_own_hears_the_microphone(
    heard: kerasapps.RecipeResult, tmp_path: Path
) -> None:
    site = kerasapps.export_app(
        heard.bundle_dir, target="web", output=tmp_path / "site", runtime=runtime()
    ).output
    with page_pictures().served(site) as url, _speaking(tmp_path) as page:
        page.open(url)
        page.wait("document.getElementById('main')?.hidden === false")
        page.value("document.querySelector('#input .row button').click()")
        page.wait("document.querySelector('#answer .first .label') !== null")
        assert page.value("document.querySelector('#answer .first .label').textContent") == SPOKEN
        page.wait("document.querySelector('audio').duration < 1")  # which records lack at first
        assert page.value("document.getElementById('status').hidden")


@pytest.mark.slow
@needs_browser
def test_a_servers_page_hears_the_microphone(heard: kerasapps.RecipeResult, tmp_path: Path) -> None:
    case = Case("words", heard.bundle_dir, "float32", ())
    with server.serving([case]) as url, _speaking(tmp_path) as page:
        page.open(url)
        page.wait("document.getElementById('ask')?.hidden === false")
        press = "document.getElementById('record')"
        page.value(f"{press}.click()")
        page.wait(f"{press}.textContent === 'Stop'")
        time.sleep(0.5)
        page.value(f"{press}.click()")
        page.wait("document.getElementById('answers').innerText.includes(' ms')")
        assert page.value("document.querySelector('#answers .score span').textContent") == SPOKEN
        page.value("navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('no'))")
        page.value(f"{press}.click()")
        page.wait("document.getElementById('error').textContent.includes('allow it, or choose')")
