"""Pictures of all kinds are answered in a page as in Python; and what a page is made of."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

import kerasapps
from benchmarks.clients.examples import odd_pictures
from kerasapps.deploy.manifest import read_manifest
from kerasapps.errors import BundleError
from kerasapps.targets.app import app_of
from kerasapps.targets.place import RECORD
from kerasapps.targets.web import write
from tests.shapes import COLOURS, shape_picture
from tests.targets.web.sites import check_page, needs_browser


@needs_browser
def test_pictures_of_all_kinds(trained: kerasapps.RecipeResult, tmp_path: Path) -> None:
    """JPEG and PNG, turned, transparent, grey, larger and smaller than the model's."""
    files = [tmp_path / f"{label}.png" for label in COLOURS]
    for file in files:
        shape_picture(file.stem, 3).save(file)
    check_page(trained.bundle_dir, [*files, *odd_pictures(files, tmp_path / "odd")], tmp_path)


@pytest.fixture
def site(trained: kerasapps.RecipeResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page, but for the runtime."""
    monkeypatch.setattr(write, "litert_files", lambda runtime: {"core.js": b"", "wasm/a": b"\0"})
    output = tmp_path / "my site"
    exported = kerasapps.export_app(trained.bundle_dir, target="web", output=output)
    assert exported.artifact == "int8" and f"--directory '{output}' 8000" in exported.next_step
    files = [path for path in exported.output.rglob("*") if path.is_file()]
    assert exported.files == len(files)
    assert exported.size_bytes == sum(file.stat().st_size for file in files)
    return exported.output


def test_a_page_has_all_that_it_names_and_nothing_from_elsewhere(site: Path) -> None:
    assert (site / "litert" / "LICENSE.txt").read_text().count("Apache License") > 0
    assert "LiteRT.js" in (site / "litert" / "NOTICE.txt").read_text()
    for file in (site / "js").rglob("*.js"):
        for name in re.findall(r'^(?:import|\} from)[^;]*?"(\.[^"]+)";', file.read_text(), re.M):
            assert (file.parent / name).is_file(), f"{file} imports {name}"
    page = (site / "index.html").read_text(encoding="utf-8")
    for name in re.findall(r'(?:src|href)="([^"]+)"', page):
        assert (site / name).is_file(), name
    # The policy of the page lets only its own files in, and this one script that stands in it.
    (script,) = re.findall(r'<script type="importmap">(.*?)</script>', page, re.S)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'self' 'wasm-unsafe-eval' 'sha256-{digest}'" in page
    assert "default-src 'self'" in page
    own = [site / "index.html", site / "page.css", *(site / "js").rglob("*.js")]
    urls = [url for file in own for url in re.findall(r"https?://[^\s\"'<]+", file.read_text())]
    assert set(urls) <= {"http://localhost:8000"}


def test_a_page_says_how_good_the_model_is(site: Path, trained: kerasapps.RecipeResult) -> None:
    about = json.loads((site / "app.json").read_text(encoding="utf-8"))
    figures = dict(about["figures"])
    (artifact,) = (each for each in trained.artifacts if each.name == "int8")
    assert figures["File"].startswith("model_int8.tflite, ")
    assert figures["Accuracy"].startswith(f"{100 * artifact.metric:.2f} % on ")
    assert figures["Agreement"].startswith(f"{100 * artifact.agreement:.1f} % with the model")
    assert about["labels"] == list(trained.labels) and (site / about["model"]).is_file()
    assert any("is stretched to" in limit for limit in about["limits"])
    record = json.loads((site / RECORD).read_text(encoding="utf-8"))
    assert record["target"] == "web" and record["artifact"] == "int8"


def test_a_page_names_the_column_that_it_answers(bundle: Path) -> None:
    app = app_of(read_manifest(bundle))
    rows = replace(app, manifest=replace(app.manifest, input={"target": "price"}))
    assert write.described(app)["target"] is None
    assert write.described(rows)["target"] == "price"
    assert "about.target" in (write.PAGE / "js" / "page.js").read_text(encoding="utf-8")


def test_what_a_page_cannot_run_is_refused_in_words(bundle: Path, tmp_path: Path) -> None:
    changes = [
        (
            "preprocessing",
            {"kind": "arrays"},
            "answers arrays with one label.*no page",
        ),
        ("answer", {"kind": "numbers"}, "pictures with an array of numbers"),
    ]
    manifest = read_manifest(bundle)
    app = app_of(manifest)
    for name, value, said in changes:
        with pytest.raises(BundleError, match=said):
            write.write(replace(app, **{name: value}), tmp_path)
    tensor = {"name": "mask", "dtype": "bool", "shape": [1, 4]}
    signatures = [{"name": "a", "inputs": [tensor], "outputs": []}]
    broken = replace(app, artifact={**app.artifact, "runtime": {"signatures": signatures}})
    with pytest.raises(BundleError, match=r"has the tensor mask, bool \[1, 4\]"):
        write.write(broken, tmp_path)
    for name in ("js/page.js", "JS/labels.txt", "app.json", "litert/labels.txt", "labels.html"):
        foreign = replace(manifest, files={**manifest.files, name: ""})
        with pytest.raises(BundleError, match=f"{name} cannot stand in a page"):
            answer = {**app.answer, "labels_file": name}
            write.write(replace(app, manifest=foreign, answer=answer), tmp_path)
    assert not [*tmp_path.glob("*.html")]
    old = replace(manifest, preprocessing={}, answer={})
    with pytest.raises(BundleError, match=r"is of an older version.*run `kerasapps export"):
        app_of(old)
