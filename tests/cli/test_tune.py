"""`kerasapps tune`: whose limits those of a file are."""

from __future__ import annotations

from kerasapps.cli.tune import _limits_where_they_count
from kerasapps.config import ExportConfig, TuneConfig


def test_limits_are_the_searchs_unless_a_file_is_chosen_by_them() -> None:
    tune = TuneConfig(max_size_mb=2, max_latency_ms=9)
    assert _limits_where_they_count(tune, ExportConfig()) == (tune, ExportConfig())
    search, export = _limits_where_they_count(tune, ExportConfig(quantization=("auto",)))
    assert (search.max_size_mb, search.max_latency_ms) == (None, None)
    assert (export.max_size_mb, export.max_latency_ms) == (2, 9)
