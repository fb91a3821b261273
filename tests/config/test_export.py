"""Files: what holds where nobody says, and what is refused."""

from __future__ import annotations

import functools

import pytest

from kerasapps.config import ExportConfig, export
from kerasapps.errors import ConfigError, DependencyError

from .bounds import Number, check_defaults, check_number

ALL = ("float32", "float16", "dynamic", "int8")


def test_where_nobody_says_which_files() -> None:
    check_defaults(
        ExportConfig,
        {
            "quantization": ALL,
            "saved_model": True,
            "tolerance": None,
            "calibration": 256,
            "examples": True,
            "keep_failed": False,
            "max_drop": None,
            "max_size_mb": None,
            "max_latency_ms": None,
        },
    )


def test_bounds() -> None:
    check_number(ExportConfig, "tolerance", Number(0, 100, may_be_none=True))
    check_number(ExportConfig, "calibration", Number(200, None, whole=True))
    auto = functools.partial(ExportConfig, quantization=("auto",))
    assert auto(max_drop=0, max_size_mb=0.001, max_latency_ms=0.5).max_drop == 0
    for name, value in {"max_drop": 101, "max_size_mb": 0, "max_latency_ms": -1}.items():
        with pytest.raises(ConfigError, match=rf"^ExportConfig\.{name} must be a number"):
            auto(**{name: value})


def test_auto_stands_alone_and_its_limits_are_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match=r"stands alone: leave int8, onnx out"):
        ExportConfig(quantization=("int8", "auto", "onnx"))
    with pytest.raises(ConfigError, match=r"give that in place of ExportConfig\.tolerance"):
        ExportConfig(quantization=("auto",), tolerance=1.0)
    with pytest.raises(ConfigError, match=r"leave ExportConfig\.keep_failed out"):
        ExportConfig(quantization=("auto",), keep_failed=True)
    for name in ("max_drop", "max_size_mb", "max_latency_ms"):
        with pytest.raises(ConfigError, match=rf"^ExportConfig\.{name} chooses among files"):
            ExportConfig(**{name: 1.0})  # type: ignore[arg-type]
    monkeypatch.setattr(export, "find_spec", lambda name: None)
    with pytest.raises(DependencyError, match=r"pip install 'kerasapps\[ladder\]'$"):
        ExportConfig(quantization=("auto",))


def test_files_keep_their_order_and_each_is_made_once() -> None:
    made = ExportConfig(quantization=("int8", "float16", "int8", "float32"))
    assert made.quantization == ("int8", "float16", "float32")
    assert ExportConfig(quantization="dynamic").quantization == ("dynamic",)  # type: ignore[arg-type]
    assert ExportConfig(quantization=()).quantization == ()
    with pytest.raises(ConfigError, match=r"^ExportConfig\.quantization 'int4' is not known\."):
        ExportConfig(quantization=("float32", "int4"))  # type: ignore[arg-type]


def test_onnx_is_refused_at_once_where_what_makes_it_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert ExportConfig(quantization=("onnx",)).quantization == ("onnx",)
    monkeypatch.setattr(export, "find_spec", lambda name: None if name == "tf2onnx" else name)
    with pytest.raises(DependencyError, match=r"^ONNX files need tf2onnx: pip install 'kerasapps"):
        ExportConfig(quantization=("float32", "onnx"))
    assert ExportConfig().quantization == ALL
