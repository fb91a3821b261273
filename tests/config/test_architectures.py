"""Architectures by name: what there is, what is refused, and what reaches a builder."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import Any

import pytest

from kerasapps.config import Architecture, Architectures, ModelConfig, Pretrained, architectures
from kerasapps.errors import ConfigError, DependencyError
from tests.odd_files import IRREGULAR, make_irregular
from tests.values import kinds_of, left_open_in


def narrow(*arguments: Any, width: float = 1.0, dropout: float = 0.3, more: int = 7) -> Any:
    return "narrow", arguments, {"width": width, "dropout": dropout, "more": more}


def pointed(*arguments: Any, kernel: int = 5, word_dropout: float = 0.1, **options: Any) -> Any:
    return "pointed", arguments, {"kernel": kernel, **options}


def pretrained(name: str, *arguments: Any, dropout: float = 0.2, **options: Any) -> Any:
    return name, arguments, options


def space(draft: Any) -> None: ...


def architecture(builder: str, **options: Any) -> Architecture:
    name = f"{__name__}.{builder}"
    return Architecture(builder=name, family="conv", minutes=3, space=space, **options)


def known(package: str) -> Pretrained:
    return Pretrained(
        about="a net", package=package, distribution=package, file="__init__.py", licence="none"
    )


KNOWN = {"narrow": architecture("narrow"), "pointed": architecture("pointed")}
WITH = Architectures(KNOWN, preset=architecture("pretrained"))
WITHOUT = Architectures(KNOWN)
BOTH = Architectures(
    KNOWN,
    preset=architecture("pretrained"),
    pretrained={name: known(package) for name, package in (("absent", "no_such"), ("here", "re"))},
)


def test_kinds_of_values() -> None:
    assert kinds_of(architectures) == {"Architecture": "frozen, by name", "Architectures": "frozen"}
    assert left_open_in(architectures) == {
        "Architecture": {
            "training": {},
            "limits": {},
            "passes": 1.0,
            "from_labels": False,
            "recurrent": False,
        },
        "Architectures": {"preset": None, "pretrained": {}, "auto": (), "own": None},
    }
    with pytest.raises(dataclasses.FrozenInstanceError):
        WITH.preset = None  # type: ignore[misc]


def test_auto_may_be_asked_for_and_is_none_of_them() -> None:
    auto = Architectures(KNOWN, auto=("narrow",))
    assert auto.choices == ("auto", *KNOWN) and auto.names == tuple(KNOWN)
    auto.check("auto")
    with pytest.raises(ConfigError, match=r"ModelConfig\.model 'auto' is not known. .*: narrow, p"):
        auto.find("auto")
    with pytest.raises(ConfigError, match="'auto' is not known"):
        WITH.check("auto")


def test_the_help_offers_what_there_is_and_nothing_else() -> None:
    assert WITHOUT.help == "architecture by name"
    assert WITH.help == "architecture by name; pretrained: preset:NAME_OR_PATH"
    offered = "architecture by name; pretrained: absent, here, preset:NAME_OR_PATH"
    assert BOTH.help == offered
    auto = dataclasses.replace(BOTH, auto=("narrow",))
    assert auto.help == f"{offered}; auto: what suits the data"
    alone = dataclasses.replace(WITHOUT, auto=("narrow",))
    assert alone.help == "architecture by name; auto: what suits the data"


def test_sizes_are_checked_without_building() -> None:
    WITH.check_sizes(ModelConfig(model="narrow", width=2.0))
    with pytest.raises(ConfigError, match="omit"):
        WITH.check_sizes(ModelConfig(model="preset:bert_tiny_en_uncased", width=2.0))


@pytest.mark.parametrize("kind", IRREGULAR)
def test_a_preset_is_made_of_files(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "preset"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "nothing").symlink_to("absent")
    WITH.check(f"preset:{folder}")
    make_irregular(folder / "model.weights.h5", kind)
    make_irregular(tmp_path / "model.keras", kind)
    for path in (folder, tmp_path / "model.keras"):
        with pytest.raises(ConfigError, match=f"cannot read .*: it is {IRREGULAR[kind]}"):
            WITH.check(f"preset:{path}")


@pytest.mark.parametrize("name", ["preset:", "preset:/no/such/place", "preset:nobodys_net"])
def test_a_preset_that_is_nowhere_is_refused_before_anything_is_loaded(name: str) -> None:
    for option in ("ModelConfig.model", "TuneConfig.models"):
        with pytest.raises(ConfigError, match=rf"^{option}.*preset"):
            WITH.check(name, option=option)
    WITH.check("preset:bert_tiny_en_uncased")
    with pytest.raises(ConfigError, match="is not known"):
        WITHOUT.check("preset:bert_tiny_en_uncased")


def test_a_preset_is_a_choice_where_there_are_any() -> None:
    assert WITH.names == WITHOUT.names == WITHOUT.choices == ("narrow", "pointed")
    assert WITH.choices == ("narrow", "pointed", "preset:NAME_OR_PATH")
    for refuse in (WITH.check, WITH.find):
        with pytest.raises(
            ConfigError, match=r"^ModelConfig\.model 'narow'.*'narrow'.*NAME_OR_PATH\.$"
        ):
            refuse("narow")
    with pytest.raises(ConfigError, match=r"^TuneConfig\.models 'narow'"):
        WITHOUT.check("narow", option="TuneConfig.models")
    WITHOUT.check("narrow")


def test_a_known_pretrained_model_is_a_choice_and_must_be_installed() -> None:
    names = ("absent", "here")
    assert BOTH.names == ("narrow", "pointed")
    assert BOTH.choices == ("narrow", "pointed", *names, "preset:NAME_OR_PATH")
    BOTH.check("here")
    for name in names:
        assert BOTH.is_pretrained(name) and BOTH.find(name) is BOTH.preset
        assert not WITH.is_pretrained(name)
    with pytest.raises(DependencyError, match=r"^TuneConfig\.models 'absent': its weights are not"):
        BOTH.check("absent", option="TuneConfig.models")
    with pytest.raises(ConfigError, match=r"'abset' is not known\. Did you mean 'absent'"):
        BOTH.check("abset")
    for known in (WITH, WITHOUT, BOTH):
        assert known.is_pretrained("preset:any") and not known.is_pretrained("narrow")
    assert not WITHOUT.is_pretrained("here")


def test_one_look_up_finds_those_from_scratch_and_presets() -> None:
    assert WITH.find("pointed") is KNOWN["pointed"]
    assert WITH.find("preset:any") is WITH.preset
    with pytest.raises(ConfigError, match="'preset:any' is not known"):
        WITHOUT.find("preset:any")


def test_own_numbers_are_the_builders_defaults() -> None:
    assert KNOWN["narrow"].build is narrow
    assert KNOWN["narrow"].defaults == {"width": 1.0, "dropout": 0.3, "more": 7}
    assert KNOWN["pointed"].defaults == {"kernel": 5, "word_dropout": 0.1}
    assert WITH.find("preset:any").defaults == {"dropout": 0.2}


def test_what_is_asked_for_reaches_the_builder() -> None:
    built = WITH.build(ModelConfig(model="narrow"), "shape", width=0.5)
    assert built == ("narrow", ("shape",), {"width": 0.5, "dropout": 0.3, "more": 7})
    built = WITH.build(ModelConfig(model="pointed", kernel=3), kernel=3, dropout=0.0)
    assert built == ("pointed", (), {"kernel": 3, "dropout": 0.0})
    built = WITH.build(ModelConfig(model="preset:hf://a/b"), "shape", classes=2)
    assert built == ("hf://a/b", ("shape",), {"classes": 2})
    with pytest.raises(ConfigError, match="Did you mean 'narrow'"):
        WITH.build(ModelConfig(model="narow"))


def test_kernels_are_for_who_has_one() -> None:
    with pytest.raises(ConfigError, match="narrow has no choice of kernels: choose pointed, or"):
        WITH.build(ModelConfig(model="narrow", kernel=5))
    alone = Architectures({"narrow": KNOWN["narrow"]})
    with pytest.raises(ConfigError, match="narrow has no choice of kernels: leave kernel out"):
        alone.build(ModelConfig(model="narrow", kernel=5))
    more = Architectures({**KNOWN, "sharp": KNOWN["pointed"]})
    with pytest.raises(ConfigError, match="choose pointed or sharp, or leave kernel out"):
        more.build(ModelConfig(model="narrow", kernel=5))


def test_presets_are_as_they_are() -> None:
    for change in ({"width": 2.0}, {"depth": 0.5}, {"kernel": 3}, {"width": 2.0, "kernel": 3}):
        config = ModelConfig(model="preset:x", **change)  # type: ignore[arg-type]
        what, them = " and ".join(change), "them" if len(change) > 1 else "it"
        words = rf"^{what} cannot change a pretrained model \(preset:x\): omit {them}\.$"
        with pytest.raises(ConfigError, match=words):
            WITH.build(config)


def test_a_builder_is_loaded_when_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "late_network.py").write_text("def build():\n    return 'built'\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    late = Architecture(builder="late_network.build", family="dense", minutes=1, space=space)
    known = Architectures({"late": late})
    known.check("late")
    assert known.find("late") is late and "late_network" not in sys.modules
    try:
        assert known.build(ModelConfig(model="late")) == "built"
    finally:
        sys.modules.pop("late_network", None)
