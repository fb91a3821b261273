"""LiteRT.js, the runtime of the page: fetched once from npm's registry, and always proven.

Two packages of one version. Of their files the page takes the modules and two of the four builds of
the runtime, of which a browser loads one: `litert_wasm_internal`, and `…_compat_…` for browsers
without relaxed SIMD. The threaded build needs a server that isolates the page, the one with JSPI is
for WebGPU and WebNN; neither is used.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import tarfile
import tempfile
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kerasapps.cache import cache_folder
from kerasapps.errors import ConfigError, DependencyError
from kerasapps.files.named import read_regular
from kerasapps.terminal.doing import doing
from kerasapps.terminal.streams import tell
from kerasapps.wording.harmless import printable

VERSION: Final = "2.5.3"
_REGISTRY: Final = "https://registry.npmjs.org"
_MOST_BYTES: Final = 64 * 2**20  # of an archive or a file
_PATIENCE: Final = 60.0  # seconds without a byte


@dataclass(frozen=True)
class Package:
    """One of npm's packages.

    Attributes:
        name: in npm.
        integrity: SHA-512 of its archive, in base64, as npm writes it.
        files: path in the package → path in the page's folder `litert`, and its SHA-256.
    """

    name: str
    integrity: str
    files: Mapping[str, tuple[str, str]]

    @property
    def archive(self) -> str:
        """What `npm pack` calls it."""
        return f"{self.name.removeprefix('@').replace('/', '-')}-{VERSION}.tgz"

    @property
    def path(self) -> str:
        """Of the archive below a registry."""
        return f"{self.name}/-/{self.name.rpartition('/')[2]}-{VERSION}.tgz"


PACKAGES: Final = (
    Package(
        "@litertjs/core",
        "PlGmbMOq9WitX7FO0jhbdJw9GthatsyuCQXjTt/wJZo0FLaw48q4tz8IwqgqCIkviYGr9OFDL1kCnN4nzWoyJQ==",
        {
            "dist/index.js": (
                "core.js",
                "e7daccc3a31eef890848a737ccb863ded5f046a6b40c3fdc0556495adeb5d9b3",
            ),
            "wasm/litert_wasm_internal.js": (
                "wasm/litert_wasm_internal.js",
                "68efb69f770e3f76aff36a377de629ca496c131b86ac0f0f4b592a1543a898eb",
            ),
            "wasm/litert_wasm_internal.wasm": (
                "wasm/litert_wasm_internal.wasm",
                "7280cf4471774867e385e6c3cd53e2b45e2975b80fea338fff4ef359b0865614",
            ),
            "wasm/litert_wasm_compat_internal.js": (
                "wasm/litert_wasm_compat_internal.js",
                "4d8f894b7883654fd6e8439730aa41e79ceaab7d19184fc4f1f0b0f1a2a2c8a5",
            ),
            "wasm/litert_wasm_compat_internal.wasm": (
                "wasm/litert_wasm_compat_internal.wasm",
                "5255c8ad06eabdbd2522cdebf6b22fc10faf74625c23a49b9e072570cd1fa41c",
            ),
        },
    ),
    Package(
        "@litertjs/wasm-utils",
        "4fJiw6tBQnIs+0jH/OQ16nYOiSl8/+zZnn5h2ul8aTKHi05sVqZW580Tmk78pC2kT39A9OYBVdFawteZ/sI1kQ==",
        {
            "dist/index.js": (
                "wasm-utils.js",
                "e0e20bc28ab001ac732cf40d15b6eebd24fb0deaeb95eeba5100f51eebf015f2",
            ),
        },
    ),
)
_PACK: Final = f"`npm pack {' '.join(f'{each.name}@{VERSION}' for each in PACKAGES)}`"


def litert_files(runtime: Path | None) -> dict[str, bytes]:
    """The files of the runtime: path in the page's folder `litert` → content.

    Args:
        runtime: a folder with the archives of both packages, or one of these archives; or the
            folder into which npm installed them. None: the user's cache, else the registry.

    Raises:
        ConfigError: if `runtime` lacks a file, or one is another than that of this version.
        DependencyError: if the packages cannot be fetched.
    """
    files: dict[str, bytes] = {}
    for package in PACKAGES:
        if runtime is not None:
            files |= _given(package, runtime)
        else:
            files |= _members(package, _archive(package))
    return files


def _given(package: Package, runtime: Path) -> dict[str, bytes]:
    """The files of one package as the user has them."""
    folder = runtime if runtime.is_dir() else runtime.parent
    archive = folder / package.archive
    if archive.is_file():
        return _members(package, _proven(package, archive))
    for base in (folder / package.name, folder / "node_modules" / package.name):
        if (base / "package.json").is_file():
            return {
                place: _proven_file(base / name, digest)
                for name, (place, digest) in package.files.items()
            }
    raise ConfigError(
        f"The runtime {printable(runtime)} has neither {package.archive} nor {package.name}: give "
        f"the folder in which {_PACK} was run."
    )


def _proven(package: Package, archive: Path) -> bytes:
    try:
        content = read_regular(archive, limit=_MOST_BYTES)
    except OSError as error:
        raise ConfigError(f"{printable(archive)} cannot be read: {error.strerror}.") from error
    if integrity_of(content) != package.integrity:
        raise ConfigError(
            f"{printable(archive)} is not {package.name} {VERSION} as npm has it: run {_PACK} "
            "again."
        )
    return content


def _proven_file(file: Path, digest: str) -> bytes:
    try:
        content = read_regular(file, limit=_MOST_BYTES)
    except OSError as error:
        raise ConfigError(f"{printable(file)} cannot be read: {error.strerror}.") from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise ConfigError(f"{printable(file)} is not that of version {VERSION}: run {_PACK}.")
    return content


def integrity_of(content: bytes) -> str:
    """SHA-512 in base64, as npm writes it."""
    return base64.b64encode(hashlib.sha512(content).digest()).decode("ascii")


def _members(package: Package, archive: bytes) -> dict[str, bytes]:
    """The files that the page takes of an archive that is proven."""
    files = {}
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
        for name, (place, _) in package.files.items():
            member = tar.extractfile(f"package/{name}")
            assert member is not None, "the archive is the one that was looked into"
            files[place] = member.read()
    return files


def _archive(package: Package) -> bytes:
    """An archive from the cache, else from the registry."""
    kept = cache_folder() / "litertjs" / package.archive
    try:
        content = read_regular(kept, limit=_MOST_BYTES)
        if integrity_of(content) == package.integrity:
            return content
    except OSError:
        pass
    content = _fetched(package)
    _keep(kept, content)
    return content


def _fetched(package: Package) -> bytes:
    """An archive from npm's registry, or the one that NPM_CONFIG_REGISTRY names."""
    base = os.environ.get("NPM_CONFIG_REGISTRY", "") or _REGISTRY
    url = f"{base.rstrip('/')}/{package.path}"
    try:
        if not url.startswith(("https://", "http://")):
            raise ValueError("it is no address of a web server")
        with (
            doing(f"Fetching {url}"),
            urllib.request.urlopen(url, timeout=_PATIENCE) as response,
        ):
            content: bytes = response.read(_MOST_BYTES + 1)
        if integrity_of(content) != package.integrity:
            raise ValueError("what comes from there is another file")
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise DependencyError(
            f"The page runs on LiteRT.js, and {url} cannot be fetched ({reason}). On a machine "
            f"with a network run {_PACK}, and name the folder with both archives by --runtime."
        ) from error
    return content


def _keep(file: Path, content: bytes) -> None:
    """Puts an archive into the cache, whole; that it cannot be kept is no harm."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            Path(name).replace(file)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        tell(f"{file.parent} cannot be written ({error.strerror}): nothing is kept for next time.")
