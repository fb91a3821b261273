"""TensorFlow is started without its chatter, once."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest

from kerasapps.process.quiet import silence, without_log, without_tracing_warnings

CODE = """
import sys
from kerasapps.process.quiet import import_whole_tensorflow, start_tensorflow
start_tensorflow(import_whole_tensorflow)
import os
assert os.environ["TF_CPP_MIN_LOG_LEVEL"] == "3" and "keras" in sys.modules
start_tensorflow(lambda: 1 / 0)
"""


def test_python_hears_one_line_of_its_start() -> None:
    ended = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert (ended.stdout, ended.stderr) == ("", "Starting TensorFlow …\n")


def test_tensorflow_logs_nothing_of_what_goes_well_and_goes_on_as_before() -> None:
    logger = logging.getLogger("tensorflow")
    before = logger.level
    try:
        for level, kept in ((logging.INFO, logging.WARNING), (logging.ERROR, logging.ERROR)):
            logger.setLevel(level)
            with without_log():
                assert logger.level == kept
            assert logger.level == level
    finally:
        logger.setLevel(before)


def test_tensorflow_does_not_warn_of_tracing_and_of_all_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    logger = logging.getLogger("tensorflow")
    told = "5 out of the last 5 calls to %s triggered tf.function retracing. Tracing is"
    logger.addHandler(caplog.handler)
    try:
        with without_tracing_warnings():
            with without_tracing_warnings():
                logger.warning(told, "f")
            logger.warning(told, "g")
            logger.warning("Something else")
        assert caplog.messages[-1:] == ["Something else"] and len({*caplog.messages}) == 1
        logger.warning(told, "f")
        assert "retracing" in caplog.messages[-1]
    finally:
        logger.removeHandler(caplog.handler)


def test_a_log_that_began_in_silence_goes_on_after_it(capfd: pytest.CaptureFixture[str]) -> None:
    logger = logging.getLogger("tests.began_in_silence")
    with silence(but_python=True):
        logger.addHandler(logging.StreamHandler())
        logger.warning("within")
    try:
        logger.warning("afterwards")
    finally:
        logger.handlers.clear()
    assert capfd.readouterr().err == "within\nafterwards\n"
