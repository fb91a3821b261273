"""The runtime is that of one version, wherever it comes from, or the page is not written."""

from __future__ import annotations

import dataclasses
import hashlib
import http.server
import io
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kerasapps.errors import ConfigError, DependencyError
from kerasapps.targets.web import litert
from kerasapps.targets.web.litert import PACKAGES, litert_files


def archive_of(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return stream.getvalue()


@pytest.fixture
def packages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, bytes]:
    """Archives by the paths of a registry, of packages like the real ones but small."""
    monkeypatch.setenv("KERASAPPS_CACHE", str(tmp_path / "cache"))
    served, small = {}, []
    for package in PACKAGES:
        contents = {name: f"{package.name} {name}".encode() for name in package.files}
        archive = archive_of({**contents, "wasm/other.wasm": b"not taken"})
        files = {
            name: (place, hashlib.sha256(contents[name]).hexdigest())
            for name, (place, _) in package.files.items()
        }
        integrity = litert.integrity_of(archive)
        small.append(dataclasses.replace(package, integrity=integrity, files=files))
        served[f"/{package.path}"] = archive
    monkeypatch.setattr(litert, "PACKAGES", tuple(small))
    return served


@pytest.fixture
def registry(
    packages: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[dict[str, bytes], list[str]]]:
    """What a registry has, and the paths that it was asked for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200 if self.path in packages else 404)
            self.end_headers()
            self.wfile.write(packages.get(self.path, b""))

        def log_message(self, *_: Any) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("NPM_CONFIG_REGISTRY", f"http://127.0.0.1:{server.server_port}/")
        yield packages, asked
        server.shutdown()


EXPECTED = {place for package in PACKAGES for place, _ in package.files.values()}


def test_it_is_fetched_once_and_then_kept(registry: Any, tmp_path: Path) -> None:
    served, asked = registry
    files = litert_files(None)
    assert set(files) == EXPECTED and files["core.js"] == b"@litertjs/core dist/index.js"
    assert sorted(asked) == sorted(served)
    assert litert_files(None) == files and len(asked) == len(served), "the second time from disk"
    for kept in (tmp_path / "cache" / "litertjs").iterdir():
        kept.write_bytes(kept.read_bytes()[:-1])
    assert litert_files(None) == files and len(asked) == 2 * len(served), "what is spoilt is not"


def test_another_file_is_refused_and_not_kept(registry: Any, tmp_path: Path) -> None:
    served, _ = registry
    for path in served:
        served[path] = archive_of({"dist/index.js": b"other"})
    with pytest.raises(DependencyError, match=r"what comes from there is another file.*npm pack"):
        litert_files(None)
    assert not (tmp_path / "cache").exists()


def test_without_a_network_the_way_out_is_told(
    packages: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for registry in ("http://127.0.0.1:9", "file:///etc"):
        monkeypatch.setenv("NPM_CONFIG_REGISTRY", registry)
        said = rf"{registry}/@litertjs/core/-/core-2\.5\.3\.tgz cannot be fetched .*--runtime\."
        with pytest.raises(DependencyError, match=said):
            litert_files(None)


def test_a_folder_of_archives_or_of_npm_will_do(packages: Any, tmp_path: Path) -> None:
    folder, modules = tmp_path / "archives", tmp_path / "npm"
    folder.mkdir()
    for package in litert.PACKAGES:
        archive = packages[f"/{package.path}"]
        (folder / package.archive).write_bytes(archive)
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(modules / "node_modules" / package.name, filter="data")
        installed = modules / "node_modules" / package.name
        (installed / "package").rename(tmp_path / "moved")
        installed.rmdir()
        (tmp_path / "moved").rename(installed)
        (installed / "package.json").touch()
    (first, _) = litert.PACKAGES
    files = litert_files(folder)
    assert set(files) == EXPECTED
    for place in (folder / first.archive, modules, modules / "node_modules"):
        assert litert_files(place) == files
    (modules / "node_modules" / first.name / "dist" / "index.js").write_text("changed")
    with pytest.raises(ConfigError, match=r"index\.js is not that of version 2\.5\.3: run"):
        litert_files(modules)
    (folder / first.archive).write_bytes(b"other")
    with pytest.raises(ConfigError, match=r"is not @litertjs/core 2\.5\.3 as npm has it"):
        litert_files(folder)
    with pytest.raises(ConfigError, match=r"has neither litertjs-core-2\.5\.3\.tgz nor @litertjs"):
        litert_files(tmp_path)
