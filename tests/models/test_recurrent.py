from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from kerasapps.errors import ConfigError
from kerasapps.models.recurrent import bilstm, cnn_lstm, gru, lstm, lstm_attention, rnn
from tests.models.check_text_model import (
    EXPORT,
    Builder,
    check_export,
    check_mixed_precision,
    check_options,
    check_padding,
    check_saving,
)

BUILDERS = [rnn, lstm, bilstm, gru, lstm_attention, cnn_lstm]
# lstm_attention converts an LSTM that reads both ways.
CONVERTED = [
    gru, lstm_attention,
    *(pytest.param(each, marks=pytest.mark.slow) for each in (rnn, lstm, bilstm, cnn_lstm)),
]  # fmt: skip


@pytest.mark.parametrize("build", BUILDERS)
def test_padding_and_the_rest_of_the_batch_change_nothing(build: Builder) -> None:
    check_padding(build)


@pytest.mark.parametrize("build", CONVERTED)
def test_the_exported_twin_agrees_at_every_length(build: Builder, tmp_path: Path) -> None:
    check_export(build, tmp_path)


@pytest.mark.parametrize("build", BUILDERS)
def test_width_depth_and_dropout_change_the_model(build: Builder) -> None:
    check_options(build)


@pytest.mark.parametrize("build", BUILDERS)
def test_is_saved_and_computes_in_mixed_precision(build: Builder, tmp_path: Path) -> None:
    check_saving(build, tmp_path)
    check_mixed_precision(build)


def test_an_export_without_a_length_is_refused() -> None:
    with pytest.raises(ConfigError, match="is exported for one number of tokens"):
        lstm(dataclasses.replace(EXPORT, length=None))
